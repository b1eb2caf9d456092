/** Bundles into `outdir`, `dist` where none is named; `only` names the bundles to make. */
export function build(options?: {
  readonly outdir?: string;
  readonly production?: boolean;
  readonly watch?: boolean;
  readonly only?: readonly ('server' | 'cli' | 'mcp' | 'library' | 'client' | 'client-browser')[];
}): Promise<void>;
