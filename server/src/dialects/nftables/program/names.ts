import type { Problem } from '../../dialect.js';
import type { Reference } from '../syntax/tree.js';
import { isReserved } from '../vocabulary/reserved-words.js';
import { targetsOf } from './jumps.js';
import type { Chain, RuleEntry, Ruleset } from './ruleset.js';
import { tableKey } from './ruleset.js';

/** `NFT_NAME_MAXLEN` of Linux, without its terminator. */
const NAME_LENGTH = 255;

const RENAMABLE: ReadonlySet<string> = new Set(['chain', 'set', 'object', 'variable']);

/** Why a chain, set, object or variable cannot have a name (`string` of nft's scanner.l). */
export function nameFault(kind: string, name: string): string | undefined {
  if (!RENAMABLE.has(kind)) return 'it has no name that can be changed';
  if (isReserved(name)) return 'it is a word of nft';
  if (name.length > NAME_LENGTH) return `nft takes names of up to ${NAME_LENGTH} characters`;
  return /^[A-Za-z_][\w/.-]*$/.test(name) ? undefined : 'it takes letters, digits, and _ . / - behind a letter or _';
}

/** What is referred to but not defined, and what is defined in `uri` but never used. */
export function nameProblems(ruleset: Ruleset, uri: string): Problem[] {
  const problems: Problem[] = [];
  for (const table of ruleset.tables.values()) {
    for (const chain of table.chains.values()) {
      for (const entry of chain.dependentRules) if ('body' in entry) problems.push(...undefinedNames(entry, chain));
    }
  }
  if (ruleset.gaps.length > 0) return problems;
  return [...problems, ...unusedNames(ruleset, uri)];
}

function undefinedNames(entry: RuleEntry, chain: Chain): Problem[] {
  if (entry.node.references.length === 0) return [];
  return entry.node.references.flatMap((reference) => {
    if (isDefined(reference, chain)) return [];
    const range = { start: entry.start + reference.start, end: entry.start + reference.end };
    const { family, name } = chain.table;
    const message = `the ${reference.kind} ${reference.name} is not defined in the table ${tableKey(family, name)}`;
    return [{ code: 'undefined-name' as const, message, uri: entry.statement.uri, range }];
  });
}

function isDefined({ kind, name }: Reference, { table }: Chain): boolean {
  switch (kind) {
    case 'variable':
      return true;
    case 'chain':
      return table.chains.has(name);
    case 'set':
      return table.sets.has(name);
    case 'object':
      return table.objects.has(name);
  }
}

/** Kinds whose definitions want a use. A base chain is used by the kernel, a table by its being there. */
const USED_KINDS: ReadonlySet<string> = new Set(['variable', 'chain', 'set']);

function unusedNames(ruleset: Ruleset, uri: string): Problem[] {
  const bases = new Set<string>();
  for (const { family, name, chains } of ruleset.tables.values()) {
    for (const chain of chains.values()) if (chain.base) bases.add(`${tableKey(family, name)} ${chain.name}`);
  }
  // A file of definitions alone is there to be included.
  const hasRules = [...ruleset.tables.values()].some(({ chains }) => chains.size > 0);
  if (!hasRules) return [];
  const used = usedNames(ruleset);
  const problems: Problem[] = [];
  const told = new Set<string>();
  for (const { kind, name, role, uri: at, range } of ruleset.names) {
    const key = `${kind} ${name}`;
    if (role !== 'definition' || at !== uri || !USED_KINDS.has(kind) || used.has(key) || told.has(key)) continue;
    if (kind === 'chain' && bases.has(name)) continue;
    // What is deleted again has had its use.
    if (kind !== 'variable' && !isLeft(ruleset, name)) continue;
    told.add(key);
    const short = kind === 'variable' ? name.slice(0, name.indexOf('@')) : name;
    problems.push({ code: 'unused-name', message: `nothing uses the ${kind} ${short}`, uri: at, range });
  }
  return problems;
}

function usedNames(ruleset: Ruleset): Set<string> {
  const used = new Set<string>();
  for (const { kind, name, role } of ruleset.names) if (role === 'reference') used.add(`${kind} ${name}`);
  // A variable may name a chain.
  for (const { family, name, chains } of ruleset.tables.values()) {
    for (const { dependentRules } of chains.values()) {
      for (const entry of dependentRules) {
        if (!('body' in entry) || !entry.substituted) continue;
        for (const target of targetsOf(entry)) used.add(`chain ${tableKey(family, name)} ${target}`);
      }
    }
  }
  return used;
}

function isLeft(ruleset: Ruleset, name: string): boolean {
  const table = ruleset.tables.get(name.slice(0, name.lastIndexOf(' ')));
  const own = name.slice(name.lastIndexOf(' ') + 1);
  return table !== undefined && (table.chains.has(own) || table.sets.has(own));
}
