import { type LineBlocks, readLineBlocks } from '../../kept/line-blocks.js';
import type { AddressFamily } from '../../model/ip.js';
import type { Dialect } from '../dialect.js';
import { familyOf, recognise } from './detect.js';
import { lowerIpset, lowerSave, lowerScript } from './document.js';
import { completionsAt, entityAt, foldingRangesOf, outlineOf } from './editor/editor.js';
import { narrowRule } from './fixes/narrow.js';
import { proposeRules } from './fixes/permit.js';
import { type Line, readLine } from './program/line.js';
import { nameFault } from './program/names.js';

/** How much of a text tells what kind of file it is. */
const WINDOW = 65_536;

/** An iptables-save file as lines; scripts and lists of sets are small and are read anew. */
export type IptablesTree =
  | { readonly kind: 'save'; readonly family: AddressFamily; readonly lines: LineBlocks<Line> }
  | { readonly kind: 'script' }
  | { readonly kind: 'ipset' };

/**
 * The filter of Linux as iptables writes it: files of iptables-save and ip6tables-save, shell scripts that call iptables,
 * and the sets of ipset that rules refer to.
 */
export const iptables: Dialect<IptablesTree> = {
  id: 'iptables',
  title: 'iptables',
  hostLanguages: ['shellscript'],
  lineComment: () => '#',
  detect: (path, text) => recognise(path, text).certainty,
  parse: ({ uri, text }, previous) => {
    const window = text.slice(0, WINDOW);
    const { kind } = recognise(uri, window);
    if (kind !== 'save') return { kind };
    const family = familyOf(uri, window);
    const reusable = previous?.kind === 'save' && previous.family === family ? previous.lines : undefined;
    return { kind, family, lines: readLineBlocks(text, { line: (raw) => readLine(raw, family) }, reusable) };
  },
  lower: (source, tree, sources) => {
    switch (tree.kind) {
      case 'save':
        return lowerSave(source, tree, sources);
      case 'script':
        return lowerScript(source, tree, sources);
      case 'ipset':
        return lowerIpset(source, tree);
    }
  },
  emit: proposeRules,
  narrow: narrowRule,
  nameFault,
  outline: outlineOf,
  entityAt,
  completionsAt,
  foldingRanges: foldingRangesOf,
};
