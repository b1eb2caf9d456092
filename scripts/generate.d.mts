/** Generates everything; throws an Error whose message lists what is wrong with the sources. */
export function generate(): Promise<void>;
