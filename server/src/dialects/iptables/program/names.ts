// Where a document names chains, sets, functions and variables.
import type { TextRange } from '../../../text/range.js';
import type { NameUse, Source, Sources } from '../../dialect.js';
import type { Word } from '../syntax/words.js';
import { SET_OPERATIONS, SET_OPTIONS } from '../vocabulary/words.js';
import { locatedCommands } from './located-commands.js';
import type { IptablesDocument } from './program.js';
import { scriptNames } from './script/names.js';

/** All names of a document and of the files that hold its sets. */
export function nameUses(document: IptablesDocument, sources: Pick<Sources, 'read'>): NameUse[] {
  const { source, tree, program } = document;
  const isScript = tree.kind === 'script';
  // An iptables-save file names sets in its rules only.
  const own = tree.kind === 'save' ? [] : setNameUses(source, isScript);
  const others = program.dependencies.flatMap((uri) => {
    const file = sources.read(uri);
    return typeof file === 'string' ? [] : setNameUses(file, /^#!.*sh\b/.test(file.text));
  });
  return [...ruleNameUses(document), ...(isScript ? scriptNames(source) : []), ...own, ...others];
}

/** Chains and sets in commands of iptables. */
function ruleNameUses(document: IptablesDocument): NameUse[] {
  const { uri, text } = document.source;
  const uses: NameUse[] = [];
  const seen = new Set<string>();
  for (const { table, chain, rule, start, defines } of locatedCommands(document)) {
    const add = (word: Word | undefined, kind: string, role: NameUse['role']) => {
      if (!word || word.unknown !== undefined) return;
      const range: TextRange = { start: start + word.start, end: start + word.end };
      // Only where the name itself stands, so that it can be renamed there.
      if (text.slice(range.start, range.end) !== word.text) return;
      const key = `${kind} ${role} ${range.start}`;
      if (seen.has(key)) return;
      seen.add(key);
      uses.push({ name: word.text, kind, role, uri, range });
    };
    add(chain, `${table} chain`, defines ? 'definition' : 'reference');
    if (rule?.target && rule.action === undefined) add(rule.target, `${table} chain`, 'reference');
    for (const { name } of rule?.sets ?? []) add(name, 'set', 'reference');
  }
  return uses;
}

const SET_OPTION = String.raw`(?:(?:${[...SET_OPTIONS].join('|')})[^\S\n]+)*`;

/** A command of ipset at the beginning of a line, in a file of its own or in a script, up to the name of its set. */
const SET_COMMAND = new RegExp(
  String.raw`^[^\S\n]*(?:\S*ipset\S*[^\S\n]+)?${SET_OPTION}(${[...SET_OPERATIONS.keys()].join('|')})[^\S\n]+${SET_OPTION}([\w.][\w.:+-]*)`,
  'gim',
);

/** Where a text names sets of ipset: a set is defined where it is created. */
function setNameUses({ uri, text }: Source, isScript: boolean): NameUse[] {
  const uses: NameUse[] = [];
  for (const match of text.matchAll(SET_COMMAND)) {
    const [all, operation = '', name = ''] = match;
    // In a script, a line that begins with the operation is not ipset's.
    if (isScript && !/ipset/i.test(all)) continue;
    const end = match.index + all.length;
    const role = SET_OPERATIONS.get(operation) === 'create' ? 'definition' : 'reference';
    uses.push({ uri, range: { start: end - name.length, end }, name, kind: 'set', role });
  }
  return uses;
}
