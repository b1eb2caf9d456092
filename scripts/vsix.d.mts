/** Packs the extension in the folder `cwd` as `packagePath`; the same files give the same bytes. */
export function packVsix(options: { readonly cwd: string; readonly packagePath: string }): Promise<void>;
