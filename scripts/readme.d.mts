/** The README without pictures of the project and links to its files, for pages that have neither beside them. */
export function standaloneReadme(): string;
