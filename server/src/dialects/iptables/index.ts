import type { AddressFamily } from '../../model/ip.js';
import { type LineBlocks, readLineBlocks } from '../../text/line-blocks.js';
import type { Dialect, Document, Source } from '../dialect.js';
import { detectIptables, familyOf } from './detect.js';
import { type Line, readLine } from './line.js';
import { buildModel } from './model.js';
import { readSave } from './save.js';

/** An iptables-save file as lines, with the address family that it is for. */
export interface IptablesTree {
  readonly family: AddressFamily;
  readonly lines: LineBlocks<Line>;
}

export const iptables: Dialect<IptablesTree> = {
  id: 'iptables',
  title: 'iptables',
  detect: detectIptables,
  parse: ({ uri, text }, previous) => {
    const family = familyOf(uri, text);
    const reusable = previous?.family === family ? previous.lines : undefined;
    return { family, lines: readLineBlocks(text, (raw) => readLine(raw, family), reusable) };
  },
  lower: lowerSave,
  emit: () => [],
  outline: () => [],
  entityAt: () => undefined,
  completionsAt: () => undefined,
  foldingRanges: () => [],
};

function lowerSave(source: Source, tree: IptablesTree): Document<IptablesTree> {
  const { ruleset, problems } = readSave(source.uri, tree.lines, tree.family);
  const model = buildModel([ruleset], () => undefined);
  return { source, tree, model, problems, names: [], endpoints: [], dependencies: [] };
}
