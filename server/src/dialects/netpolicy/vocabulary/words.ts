// The keys and values of a policy: those of its schema, which describes each, and the names of protocols.
import schema from '../../../../../schemas/netpolicy.schema.json' with { type: 'json' };
import { once } from '../../../kept/once.js';
import { TCP, UDP } from '../../../model/packets.js';
import { type JsonSchema, schemasAt } from '../../../yaml/schema-help.js';
import type { Path } from '../../../yaml/yaml-text.js';
import type { Treatment, Word, WordTable } from '../../shared/words.js';

export const SCHEMA: JsonSchema = schema;

/** The word for everything, in lists of addresses, of hosts and of protocols. */
export const ANY = 'any';

/** IP protocol numbers by name (IANA Protocol Numbers). */
export const PROTOCOLS: ReadonlyMap<string, number> = new Map([
  ['tcp', TCP],
  ['udp', UDP],
  ['icmp', 1],
  ['icmpv6', 58],
  ['esp', 50],
  ['ah', 51],
  ['gre', 47],
  ['sctp', 132],
]);

/** The kinds of groups, which are also the keys of their sections. */
export const GROUP_KINDS = ['addresses', 'hosts', 'ports'] as const;
export type GroupKind = (typeof GROUP_KINDS)[number];

/** The kind of the values at a path; `undefined` where they are neither addresses nor hosts nor ports. */
export function groupKindAt(path: Path): GroupKind | undefined {
  const keys = path.filter((step) => typeof step === 'string');
  const [section, kind] = keys;
  if (section === 'groups') return GROUP_KINDS.find((one) => one === kind);
  switch (keys[keys.length - 1]) {
    case 'from':
    case 'to':
    case 'peers':
    case 'clients':
      return 'addresses';
    case 'hosts':
    case 'bypass':
    case 'exceptions':
      return 'hosts';
    case 'ports':
      return 'ports';
    default:
      return undefined;
  }
}

/** The keys without effect, such as comments. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set(['$schema', 'title', 'name', 'comment']);

function wordsBelow(path: Path): Word[] {
  const holder = path.filter((step) => typeof step === 'string').join('.');
  const keys = new Set(schemasAt(SCHEMA, path).flatMap(({ properties }) => Object.keys(properties ?? {})));
  return [...keys].flatMap((key): Word[] => {
    const inner = [...path, key];
    const schemas = schemasAt(SCHEMA, inner);
    const treatment: Treatment = WITHOUT_EFFECT.has(key) ? 'no-effect' : 'modelled';
    const summary = schemas.find(({ description }) => description)?.description;
    const place = holder === '' ? 'key of the file' : `key of ${holder}`;
    return [
      { name: key, place, treatment, ...(summary ? { summary } : {}) },
      ...schemas.flatMap(({ enum: values }) =>
        (values ?? []).map(
          (value): Word => ({
            name: String(value),
            place: `value of ${holder === '' ? key : `${holder}.${key}`}`,
            treatment,
          }),
        ),
      ),
      ...wordsBelow(inner),
      ...wordsBelow([...inner, 0]),
    ];
  });
}

/** Made from the schema when somebody reads it: a check needs no summaries. */
const all = once((): readonly Word[] => [
  ...wordsBelow([]),
  { name: ANY, place: 'address, host or protocol', treatment: 'modelled', summary: 'Everything.' },
  ...[...PROTOCOLS.keys()].map((name): Word => ({ name, place: 'protocol', treatment: 'modelled' })),
]);

export const words: WordTable = {
  manual: { title: 'netpolicy.schema.json', url: schema.$id },
  get words() {
    return all();
  },
};
