import type { Dialect } from '../dialect.js';
import { lowerPac } from './document.js';
import { completionsAt, entityAt, foldingRanges, outline } from './editor/editor.js';
import { emitBypass } from './fixes/permit.js';
import { loadSandbox } from './meaning/run/sandbox.js';
import { type PacTree, parsePac } from './syntax/parse.js';

/** Proxy auto-configuration: JavaScript with a function FindProxyForURL. */
export const pac: Dialect<PacTree> = {
  id: 'pac',
  title: 'Proxy auto-configuration (PAC)',
  hostLanguages: ['javascript'],
  lineComment: () => '//',
  // Browsers decode a downloaded PAC file by its byte order mark (Chromium, pac_file_fetcher_impl.cc).
  readsUtf16: true,
  load: loadSandbox,
  detect: detectPac,
  parse: (source) => parsePac(source),
  lower: (source, tree) => lowerPac(source, tree),
  emit: emitBypass,
  outline,
  entityAt,
  completionsAt,
  foldingRanges,
};

const ENTRY = /\bfunction\s{1,8}FindProxyForURL(?:Ex)?\b|\bFindProxyForURL(?:Ex)?\s{0,8}=/;

function detectPac(path: string, text: string): number {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  if (name.endsWith('.pac') || name === 'wpad.dat' || name === 'wpad.da') return 1;
  if (!ENTRY.test(text)) return 0;
  return name.endsWith('.js') || name.endsWith('.dat') || !name.includes('.') ? 0.9 : 0.5;
}
