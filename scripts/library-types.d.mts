/** The declaration files of the library by name; `index.d.ts` is the first. */
export function libraryTypes(): Promise<ReadonlyMap<string, string>>;
/** The report of the library's interface, as it should stand in docs/reference/library.md. */
export function libraryReport(): Promise<string>;
