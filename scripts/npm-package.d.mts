/** Packs a production build in `dist` for npm, and returns the path of the package in the folder `to`. */
export function packForNpm(options?: { readonly dist?: string; readonly to?: string }): Promise<string>;
