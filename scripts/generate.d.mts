/** Generates everything; throws an Error whose message lists what is wrong with the sources. */
export function generate(): Promise<void>;

/** Loads a module of the sources, bundled: for scripts that write from what the code says of itself. */
export function loadTypeScript(entry: string): Promise<Readonly<Record<string, never>>>;
