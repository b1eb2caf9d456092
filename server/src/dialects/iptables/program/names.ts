// The names of chains, sets, functions and variables in a document.
import type { TextRange } from '../../../text/range.js';
import type { NameUse, Source, Sources } from '../../dialect.js';
import type { Word } from '../syntax/words.js';
import { SET_FLAG_WORDS, SET_OPERATION_WORDS, setOperation } from '../vocabulary/ipset.js';
import { locatedCommands } from './located-commands.js';
import type { IptablesDocument } from './program.js';
import { scriptNames } from './script/names.js';

/** All names of a document and of the files that hold its sets. */
export function nameUses(document: IptablesDocument, sources: Pick<Sources, 'read'>): NameUse[] {
  const { source, tree, program } = document;
  // An iptables-save file names sets in its rules only.
  const own = tree.kind === 'save' ? [] : setNameUses(source, tree.kind === 'script');
  const others = program.dependencies.flatMap((uri) => {
    const file = sources.read(uri);
    return typeof file === 'string' ? [] : setNameUses(file, /^#!.*sh\b/.test(file.text));
  });
  const inScript = tree.kind === 'script' ? scriptNames(source, tree) : [];
  return [...ruleNameUses(document), ...inScript, ...own, ...others];
}

/** Chains and sets in commands of iptables, of those in a range alone where one is given. */
export function ruleNameUses(document: IptablesDocument, within?: TextRange): NameUse[] {
  const { uri, text } = document.source;
  const uses: NameUse[] = [];
  const seen = new Set<string>();
  for (const { table, chain, rule, start, defines } of locatedCommands(document, within)) {
    const add = (word: Word | undefined, kind: string, role: NameUse['role']) => {
      if (!word || word.unknown !== undefined) return;
      const range: TextRange = { start: start + word.start, end: start + word.end };
      // Only where the name is written literally, so that it can be renamed there.
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

const SET_OPTION = String.raw`(?:(?:${SET_FLAG_WORDS.join('|')})[^\S\n]+)*`;
const SET_NAME = String.raw`[\w.][\w.:+-]*`;

/** A command of ipset at the beginning of a line, in an ipset file or a script, with the two words after it. */
const SET_COMMAND = new RegExp(
  String.raw`^[^\S\n]*(?:\S*ipset\S*[^\S\n]+)?${SET_OPTION}(${SET_OPERATION_WORDS.join('|')})[^\S\n]+${SET_OPTION}(${SET_NAME})(?:[^\S\n]+(${SET_NAME}))?`,
  'dgim',
);

/** The uses of sets of ipset in a text: a set is defined where it is created or renamed. */
function setNameUses({ uri, text }: Source, isScript: boolean): NameUse[] {
  return [...text.matchAll(SET_COMMAND)].flatMap((match): NameUse[] => {
    const operation = setOperation(match[1] ?? '');
    // In a script, a line that begins with the operation is not ipset's.
    if (!operation || (isScript && !/ipset/i.test(match[0]))) return [];
    const use = (group: 2 | 3, role: NameUse['role']): NameUse[] => {
      const [start, end] = match.indices?.[group] ?? [0, 0];
      return end === 0 ? [] : [{ uri, range: { start, end }, name: match[group] ?? '', kind: 'set', role }];
    };
    const first = use(2, operation === 'create' ? 'definition' : 'reference');
    if (operation === 'swap') return [...first, ...use(3, 'reference')];
    return operation === 'rename' ? [...first, ...use(3, 'definition')] : first;
  });
}
