// The words of ipset 7.17 with their treatment: the one table that reading, completion, names, the page in docs/dialects and
// the tests share. Written from ipset(8); the options of each type are those that the program lists for it.
import type { Treatment, Word } from '../../shared/words.js';

/** What one part of an element is compared with. */
export type SetDimension = 'ip' | 'net' | 'port' | 'iface' | 'mac' | 'mark' | 'set';

/** The address families that a type is for: one that `create` names, IPv4 alone, or none at all. */
type SetFamilies = 'either' | 'ipv4' | 'none';

export interface SetType {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly treatment: Treatment;
  readonly dimensions: readonly SetDimension[];
  readonly families: SetFamilies;
  readonly create: ReadonlySet<string>;
  readonly add: ReadonlySet<string>;
}

/** An option of `create` or `add`, by its name without dashes. */
export interface SetOption {
  readonly name: string;
  readonly treatment: Treatment;
  readonly hasValue: boolean;
}

const GENERIC_CREATE = 'timeout counters comment skbinfo';
const HASH_CREATE = `${GENERIC_CREATE} hashsize maxelem bucketsize initval forceadd probes resize gc`;
const HASH_FAMILY_CREATE = `${HASH_CREATE} family -4 -6`;
const BITMAP_CREATE = `${GENERIC_CREATE} range from to`;
const GENERIC_ADD = 'timeout packets bytes comment skbmark skbprio skbqueue';

function type(
  name: string,
  alias: string,
  families: SetFamilies,
  [create, add]: readonly [string, string],
  treatment: Treatment = 'modelled',
): SetType {
  const dimensions = name.slice(name.indexOf(':') + 1).split(',') as SetDimension[];
  const wordsOf = (text: string) => new Set(text.split(/\s+/));
  return { name, aliases: [alias], treatment, dimensions, families, create: wordsOf(create), add: wordsOf(add) };
}

const OLD_RANGE = 'from to network';
const WITH_NETS = [HASH_FAMILY_CREATE, `${GENERIC_ADD} nomatch`] as const;
const WITHOUT_NETS = [`${HASH_FAMILY_CREATE} ${OLD_RANGE}`, GENERIC_ADD] as const;
const MASKS = 'netmask bitmask';

/**
 * The types. Hardware addresses and marks are not properties of modelled packets: elements with one are followed in their
 * other parts, and possibly match.
 */
export const SET_TYPES: readonly SetType[] = [
  type('bitmap:ip', 'ipmap', 'ipv4', [`${BITMAP_CREATE} network netmask`, GENERIC_ADD]),
  type('bitmap:ip,mac', 'macipmap', 'ipv4', [`${BITMAP_CREATE} network`, GENERIC_ADD], 'opaque'),
  type('bitmap:port', 'portmap', 'none', [BITMAP_CREATE, GENERIC_ADD]),
  type('hash:ip', 'iphash', 'either', [`${HASH_FAMILY_CREATE} ${MASKS}`, GENERIC_ADD]),
  type('hash:ip,mac', 'ipmachash', 'either', [HASH_FAMILY_CREATE, GENERIC_ADD], 'opaque'),
  type('hash:ip,mark', 'ipmarkhash', 'either', [`${HASH_FAMILY_CREATE} markmask`, GENERIC_ADD], 'opaque'),
  type('hash:ip,port', 'ipporthash', 'either', [`${WITHOUT_NETS[0]} ${MASKS}`, GENERIC_ADD]),
  type('hash:ip,port,ip', 'ipportiphash', 'either', WITHOUT_NETS),
  type('hash:ip,port,net', 'ipportnethash', 'either', [WITHOUT_NETS[0], WITH_NETS[1]]),
  type('hash:mac', 'machash', 'none', [HASH_CREATE, GENERIC_ADD], 'opaque'),
  type('hash:net', 'nethash', 'either', WITH_NETS),
  type('hash:net,iface', 'netifacehash', 'either', [WITH_NETS[0], `${WITH_NETS[1]} wildcard`]),
  type('hash:net,net', 'netnethash', 'either', [`${WITH_NETS[0]} ${MASKS}`, WITH_NETS[1]]),
  type('hash:net,port', 'netporthash', 'either', WITH_NETS),
  type('hash:net,port,net', 'netportnethash', 'either', WITH_NETS),
  type('list:set', 'setlist', 'none', [`${GENERIC_CREATE} size`, `${GENERIC_ADD} before after`]),
];

const TYPES_BY_NAME: ReadonlyMap<string, SetType> = new Map(
  SET_TYPES.flatMap((one) => [one.name, ...one.aliases].map((name): [string, SetType] => [name, one])),
);

export function setType(name: string): SetType | undefined {
  return TYPES_BY_NAME.get(name);
}

function optionsOf(lists: Readonly<Record<Treatment, string>>): ReadonlyMap<string, SetOption> {
  const options = new Map<string, SetOption>();
  for (const treatment of ['modelled', 'no-effect', 'opaque'] as const) {
    for (const word of lists[treatment].split(/\s+/).filter((one) => one !== '')) {
      const name = word.replace(/=$/, '');
      options.set(name, { name, treatment, hasValue: word.endsWith('=') });
    }
  }
  return options;
}

/** The options of `create`; `=` marks those with a value. What a set with `skbinfo` or `counters` stores changes no verdict. */
export const CREATE_OPTIONS = optionsOf({
  modelled: 'range= from= to= network= netmask= bitmask= family= -4 -6 maxelem= timeout= counters comment skbinfo',
  'no-effect': 'hashsize= bucketsize= initval= probes= resize= gc= size=',
  opaque: 'markmask= forceadd',
});

/** The options of `add`. An element with a timeout is there for a while: whether it still is, is unknown. */
export const ADD_OPTIONS = optionsOf({
  modelled: 'nomatch wildcard before= after=',
  'no-effect': 'packets= bytes= comment= skbmark= skbprio= skbqueue=',
  opaque: 'timeout=',
});

interface CommandForm {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly treatment: Treatment;
}

/** The commands in the order in which ipset looks for the first that an abbreviation fits. */
const COMMAND_FORMS = [
  { name: 'create', aliases: ['new', '-N'], treatment: 'modelled' },
  { name: 'add', aliases: ['-A'], treatment: 'modelled' },
  { name: 'del', aliases: ['-D'], treatment: 'modelled' },
  { name: 'test', aliases: ['-T'], treatment: 'no-effect' },
  { name: 'destroy', aliases: ['x', '-X'], treatment: 'modelled' },
  { name: 'list', aliases: ['-L'], treatment: 'no-effect' },
  { name: 'save', aliases: ['-S'], treatment: 'no-effect' },
  { name: 'restore', aliases: ['-R'], treatment: 'modelled' },
  { name: 'flush', aliases: ['-F'], treatment: 'modelled' },
  { name: 'rename', aliases: ['e', '-E'], treatment: 'modelled' },
  { name: 'swap', aliases: ['w', '-W'], treatment: 'modelled' },
  { name: 'help', aliases: ['-h', '-H'], treatment: 'no-effect' },
  { name: 'version', aliases: ['-v', '-V'], treatment: 'no-effect' },
  { name: 'quit', aliases: [], treatment: 'modelled' },
] as const satisfies readonly CommandForm[];

export type SetOperation = (typeof COMMAND_FORMS)[number]['name'];

export const SET_COMMANDS: readonly (CommandForm & { readonly name: SetOperation })[] = COMMAND_FORMS;

/** The command that a word stands for: a name, an abbreviation, or a name after two dashes. */
export function setOperation(word: string): SetOperation | undefined {
  const text = word.startsWith('--') ? word.slice(2) : word;
  if (text === '' || word === '-') return undefined;
  return SET_COMMANDS.find(({ name, aliases }) => [name, ...aliases].some((one) => one.startsWith(text)))?.name;
}

/** All spellings of the commands, the longest first. */
export const SET_OPERATION_WORDS: readonly string[] = SET_COMMANDS.flatMap(({ name, aliases }) => [name, ...aliases])
  .flatMap((name) => (name.startsWith('-') ? [name] : prefixesOf(name).flatMap((one) => [one, `--${one}`])))
  .sort((a, b) => b.length - a.length);

function prefixesOf(name: string): string[] {
  return Array.from({ length: name.length }, (_, i) => name.slice(0, i + 1));
}

interface GlobalOption {
  readonly names: readonly [string, string];
  readonly hasValue: boolean;
  readonly treatment: Treatment;
}

/** The options of the program itself, which stand anywhere in a command and may have one dash more. */
const GLOBAL_OPTIONS: readonly GlobalOption[] = [
  { names: ['-!', '-exist'], hasValue: false, treatment: 'modelled' },
  { names: ['-f', '-file'], hasValue: true, treatment: 'modelled' },
  { names: ['-o', '-output'], hasValue: true, treatment: 'no-effect' },
  { names: ['-q', '-quiet'], hasValue: false, treatment: 'no-effect' },
  { names: ['-r', '-resolve'], hasValue: false, treatment: 'no-effect' },
  { names: ['-s', '-sorted'], hasValue: false, treatment: 'no-effect' },
  { names: ['-n', '-name'], hasValue: false, treatment: 'no-effect' },
  { names: ['-t', '-terse'], hasValue: false, treatment: 'no-effect' },
];

/** The option of the program that a word is, by its long name. */
export function globalOption(word: string): { readonly name: string; readonly hasValue: boolean } | undefined {
  if (!word.startsWith('-')) return undefined;
  const text = word.startsWith('--') ? word.slice(1) : word;
  const option = GLOBAL_OPTIONS.find(({ names }) => names.some((name) => name === text));
  return option && { name: option.names[1], hasValue: option.hasValue };
}

/** The spellings of options without a value. */
export const SET_FLAG_WORDS: readonly string[] = GLOBAL_OPTIONS.filter(({ hasValue }) => !hasValue).flatMap(
  ({ names }) => names.flatMap((name) => [name, `-${name}`]),
);

/** ipset(8) as words of the dialect's table. */
export const setWords = (): readonly Word[] => [
  ...SET_TYPES.flatMap(({ name, aliases, treatment }) =>
    [name, ...aliases].map((one): Word => ({ name: one, place: 'ipset type', treatment })),
  ),
  ...SET_COMMANDS.flatMap(({ name, aliases, treatment }) =>
    [name, ...aliases].map((one): Word => ({ name: one, place: 'ipset command', treatment })),
  ),
  ...GLOBAL_OPTIONS.flatMap(({ names, treatment }) =>
    names.map((name): Word => ({ name, place: 'ipset option', treatment })),
  ),
  ...[...CREATE_OPTIONS.values()].map(
    ({ name, treatment }): Word => ({ name, place: 'ipset option of create', treatment }),
  ),
  ...[...ADD_OPTIONS.values()].map(({ name, treatment }): Word => ({ name, place: 'ipset option of add', treatment })),
];
