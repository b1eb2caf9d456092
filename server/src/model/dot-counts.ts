// Numbers of dots in the names of hosts.

/** Numbers of dots; `to` is `Infinity` where there is no limit. */
export interface DotRange {
  readonly from: number;
  readonly to: number;
}

export function dotsOf(name: string): number {
  let dots = 0;
  for (let at = name.indexOf('.'); at >= 0; at = name.indexOf('.', at + 1)) dots++;
  return dots;
}

export function isInRange({ from, to }: DotRange, dots: number): boolean {
  return dots >= from && dots <= to;
}

/** Whether a name is one of some words behind so many labels. */
export function isBehindLabels(name: string, count: number, words: ReadonlySet<string>): boolean {
  let from = 0;
  for (let i = 0; i < count; i++) {
    const dot = name.indexOf('.', from);
    if (dot < 0) return false;
    from = dot + 1;
  }
  return words.has(name.slice(from));
}
