// How checks of a pack report a problem.

/** The keys that lead to a value of the file. */
export type Path = readonly (string | number)[];

export type Report = (path: Path, message: string) => void;
