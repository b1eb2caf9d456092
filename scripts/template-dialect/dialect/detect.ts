// Recognises Sample filters by their name, and by a first rule in a form that no other language has.

const FIRST_RULE = /^(?:[ \t]*(?:#.*)?\r?\n){0,50}(?:permit|deny) (?:tcp|udp|any) \S{1,50} to \S/;

/** From 0 (not) to 1 (certain). With equal confidence, the dialect that comes first in registry.ts is chosen. */
export function detectSample(path: string, text: string): number {
  if (path.toLowerCase().endsWith('.sample')) return 1;
  return FIRST_RULE.test(text) ? 0.5 : 0;
}
