// Reads the section `firewall`: its default and its rules.
import type { QuotedLine } from '../../../model/evidence.js';
import type { Hook } from '../../../model/filter.js';
import type { HostSet } from '../../../model/hosts.js';
import { IpSet } from '../../../model/ip.js';
import { NameSet } from '../../../model/names.js';
import type { Path } from '../../../yaml/yaml-text.js';
import type { Part } from '../syntax/reader.js';
import type { Choice, Readable, SectionReader, Service } from './section-reader.js';

export interface FirewallSection {
  readonly default: Choice<'permit' | 'deny'>;
  readonly rules: readonly Rule[];
}

/** The match of a rule, each property as far as it can be read. */
export interface Match extends Service {
  readonly from: IpSet;
  readonly to: IpSet;
  readonly in: NameSet;
  readonly out: NameSet;
}

export interface Rule {
  /** Its position in the list as it is written. */
  readonly index: number;
  readonly path: Path;
  readonly statement: QuotedLine;
  readonly action: 'permit' | 'deny' | undefined;
  readonly hook: Hook;
  readonly match: Match;
  /** The hosts that it matches, where it names hosts. */
  readonly hosts: HostSet | undefined;
  /** The keys with unclear meaning, as named in the reasons of verdicts. */
  readonly unclear: ReadonlySet<string>;
}

const HOOKS: readonly Hook[] = ['forward', 'input', 'output'];
const ACTIONS = ['permit', 'deny'] as const;

export function readFirewall(sections: SectionReader, section: Part | undefined): FirewallSection | undefined {
  const { reader } = sections;
  if (!section) return undefined;
  const rules = reader.child(section, 'rules');
  // Where the rules cannot be read, the default may never apply.
  if (rules && !reader.accepts(rules)) {
    return { default: { value: undefined, statement: reader.pairStatement(rules) }, rules: [] };
  }
  return {
    default: sections.choice(section, 'default', ['permit', 'deny'], 'deny'),
    rules: rules ? reader.items(rules).map((part, index) => readRule(sections, part, index)) : [],
  };
}

function readRule(sections: SectionReader, part: Part, index: number): Rule {
  const { reader } = sections;
  const value = (key: string) => reader.child(part, key);
  const action = value('action');
  const hook = value('hook');
  const hosts = value('hosts');
  const unclear = new Set<string>();
  const clear = <Value>(key: string, read: (at: Part) => Readable<Value>, absent: Value) => {
    const at = value(key);
    if (!at) return absent;
    const { value: found, isUnclear } = read(at);
    if (isUnclear) unclear.add(key);
    return found;
  };
  const match: Match = {
    from: clear('from', (at) => sections.addresses(at), IpSet.all),
    to: clear('to', (at) => sections.addresses(at), IpSet.all),
    ...sections.service(part, unclear),
    in: clear('in', (at) => readInterfaces(sections, at), NameSet.any),
    out: clear('out', (at) => readInterfaces(sections, at), NameSet.any),
  };
  const named = hosts && clear('hosts', (at) => sections.hosts(at), undefined);
  if (hosts && value('to')) {
    reader.report('syntax-error', reader.rangeOf(hosts.path), 'a rule has either "to" or "hosts", not both');
    unclear.add('to').add('hosts');
  }
  const hookValue = HOOKS.find((one) => one === hook?.value);
  if (hook && !hookValue) unclear.add('hook');
  // An unknown key possibly restricts the rule or widens it.
  if (!reader.accepts(part) || (action && !reader.isComplete(part))) unclear.add('its keys');
  return {
    index,
    path: part.path,
    statement: reader.statement(part),
    action: ACTIONS.find((one) => one === action?.value),
    hook: hookValue ?? 'forward',
    match,
    hosts: named,
    unclear,
  };
}

function readInterfaces({ reader }: SectionReader, part: Part): Readable<NameSet> {
  const { value } = part;
  if (typeof value !== 'string' || !reader.accepts(part)) return { value: NameSet.none, isUnclear: true };
  return {
    value: value.endsWith('*') ? NameSet.withPrefix(value.slice(0, -1)) : NameSet.of(value),
    isUnclear: false,
  };
}
