// Recognises policies by their file name.
/** By the name alone: YAML and JSON files of any other content look the same. */
export function detectNetpolicy(path: string): number {
  return /\.netpolicy\.(?:ya?ml|json)$/i.test(path) ? 1 : 0;
}
