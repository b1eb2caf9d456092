// Recognises PAC files by their name, and by the function that clients call.

const ENTRY_FUNCTION = /\bfunction\s{1,8}FindProxyForURL(?:Ex)?\b|\bFindProxyForURL(?:Ex)?\s{0,8}=/;

export function detectPac(path: string, text: string): number {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  if (name.endsWith('.pac') || name === 'wpad.dat' || name === 'wpad.da') return 1;
  if (!ENTRY_FUNCTION.test(text)) return 0;
  return name.endsWith('.js') || name.endsWith('.dat') || !name.includes('.') ? 0.9 : 0.5;
}
