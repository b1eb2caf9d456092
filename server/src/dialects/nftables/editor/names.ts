// The parts of the full names of chains, sets and objects, such as `inet filter web`.

/** The key of the table, `inet filter`. */
export function tableOf(fullName: string): string {
  return fullName.slice(0, fullName.lastIndexOf(' '));
}

/** The name in its table, `web`. */
export function shortName(fullName: string): string {
  return fullName.slice(fullName.lastIndexOf(' ') + 1);
}
