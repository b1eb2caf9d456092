// Parts of a request for which all rules so far had the same outcome, and how conditions split them.

import { Memo } from '../../../kept/memo.js';
import { spend } from '../../../model/budget.js';
import type { Assumption, QuotedLine } from '../../../model/evidence.js';
import type { HostSet } from '../../../model/hosts.js';
import type { IpSet } from '../../../model/ip.js';
import type { Automaton } from '../../../model/language.js';
import { PaidMemo } from '../../../model/paid-memo.js';
import { unionOf } from '../../../model/quotients.js';
import { type Language, NOTHING } from '../../../model/text-language.js';
import type { Listener } from '../program/listeners.js';
import type { Patterns } from '../program/patterns.js';

/** A part of a request for which every step so far had the same outcome. */
export interface Region {
  readonly hosts: HostSet;
  readonly clients: IpSet;
  /** The port at which the request was received. */
  readonly listener: Listener;
  readonly assumptions: readonly Assumption[];
  /** The outcomes assumed so far, by what is unknown. */
  readonly assumed: ReadonlyMap<string, boolean>;
  /** Whether the acl that was evaluated last requests a login: then a denial is sent as a login request. */
  readonly lastAsksLogin: boolean;
  /** Whether a login was checked on this connection. */
  readonly loggedIn: boolean;
}

/**
 * How a condition splits a region. `login`: squid stops there and requests a login, or in a list that takes only fast acls
 * has no answer.
 */
export interface Split {
  readonly yes: readonly Region[];
  readonly no: readonly Region[];
  readonly login: readonly Region[];
}

export function always(region: Region): Split {
  return { yes: [region], no: [], login: [] };
}

export function never(region: Region): Split {
  return { yes: [], no: [region], login: [] };
}

/** Squid stops at the acl: what follows is not evaluated. */
export function stop(region: Region): Split {
  return { yes: [], no: [], login: [region] };
}

export function when(holds: boolean, region: Region): Split {
  return holds ? always(region) : never(region);
}

export function byHosts(region: Region, yes: HostSet, no: HostSet): Split {
  return {
    yes: yes.isEmpty ? [] : [{ ...region, hosts: yes }],
    no: no.isEmpty ? [] : [{ ...region, hosts: no }],
    login: [],
  };
}

interface HostSplit {
  readonly yes: HostSet;
  readonly no: HostSet;
}

const hostSplits = new Memo<Automaton | Language | readonly Automaton[], Memo<HostSet, HostSplit>>();

/** Splits hosts by a regular condition; cached, because searching for an example of each part is slow. */
function splitHosts(hosts: HostSet, language: Automaton | Language | readonly Automaton[]): HostSplit {
  return hostSplits
    .of(language, () => new Memo())
    .of(hosts, () => {
      const condition = 'kind' in language || 'steps' in language ? language : someOf(hosts, language);
      const [yes, no] = [hosts.where(condition, true), hosts.where(condition, false)];
      // A set that the condition does not split keeps its plain form.
      return { yes: no.isEmpty ? hosts : yes, no: yes.isEmpty ? hosts : no };
    });
}

/** Of more languages than so many, those that hosts may be in are not told apart: the union of all is made once. */
const FEW = 8;

const unions = new PaidMemo<readonly Automaton[], Automaton>();

/** The union of those languages that hosts may be in: of a few mostly none. */
function someOf(hosts: HostSet, automata: readonly Automaton[]): Automaton | Language {
  const all = automata.length > FEW ? [unions.of(automata, unionOf)] : automata;
  const near = all.filter((automaton) => !hosts.isApartFrom(automaton));
  return near.length === 0 ? NOTHING : unionOf(near);
}

/** Splits a region by a condition on its hosts, or by whether one of some holds; `undefined` matches none. */
export function byPattern(region: Region, language: Automaton | Language | readonly Automaton[] | undefined): Split {
  if (!language) return never(region);
  const { yes, no } = splitHosts(region.hosts, language);
  return byHosts(region, yes, no);
}

/** Splits a region by whether its hosts match one of some expressions. */
export function byPatterns(region: Region, patterns: Patterns | undefined): Split {
  if (!patterns) return never(region);
  const { languages, automata } = patterns.names();
  const split = languages.reduce((sofar, one) => orElse(sofar, (part) => byPattern(part, one)), never(region));
  return orElse(split, (part) => byPattern(part, automata));
}

/** Some clients, and the others. */
interface ClientSplit {
  readonly yes: IpSet;
  readonly no: IpSet;
}

/** By the set that divides clients, and then by these: each request is compared with the same acls. */
const clientSplits = new PaidMemo<IpSet, Map<IpSet, ClientSplit>>();

/** What it costs to compare one range of clients. */
const RANGE_COST = 1 / 8;

function splitClients(clients: IpSet, set: IpSet): ClientSplit {
  const known = clientSplits.of(set, () => new Map());
  const own = known.get(clients);
  if (own) return own;
  spend(RANGE_COST * (clients.count + set.count));
  const split = { yes: clients.intersect(set), no: clients.subtract(set) };
  known.set(clients, split);
  return split;
}

export function byClients(region: Region, set: IpSet): Split {
  const { yes, no } = splitClients(region.clients, set);
  if (yes.isEmpty) return never(region);
  return {
    yes: [{ ...region, clients: yes }],
    no: no.isEmpty ? [] : [{ ...region, clients: no }],
    login: [],
  };
}

/** The outcomes of an unknown, as phrases. */
export interface Phrases {
  readonly yes: Pick<Assumption, 'phrase' | 'plural'>;
  readonly no: Pick<Assumption, 'phrase' | 'plural'>;
}

/** What it costs to assume both outcomes, for each that was assumed before: they are copied. */
const ASSUMPTION_COST = 30;

/** Both outcomes of an unknown condition; later uses of the same condition have the same outcome. */
export function byAssumption(region: Region, unknown: string, phrases: Phrases, statement: QuotedLine): Split {
  const known = region.assumed.get(unknown);
  if (known !== undefined) return when(known, region);
  spend(ASSUMPTION_COST * (1 + region.assumed.size));
  const suppose = (outcome: boolean): Region => ({
    ...region,
    assumptions: [...region.assumptions, { unknown, ...(outcome ? phrases.yes : phrases.no), statement }],
    assumed: new Map(region.assumed).set(unknown, outcome),
  });
  return { yes: [suppose(true)], no: [suppose(false)], login: [] };
}

/**
 * How many parts one condition may split a request into. Groups of acls that nothing is known about multiply parts within one rule, before
 * a list counts them; each part has its own sets and assumptions, which no budget counts, and a condition with so many ways is undecided anyway.
 */
const PART_LIMIT = 4_096;

/** Ends the evaluation of a rule that splits a request into more parts than can be followed; the list that it stands in catches it. */
export class TooManyParts extends Error {}

/** Splits every region of a list. */
export function splitAll(regions: readonly Region[], split: (region: Region) => Split): Split {
  if (regions.length === 1 && regions[0]) return split(regions[0]);
  const all = { yes: [] as Region[], no: [] as Region[], login: [] as Region[] };
  for (const region of regions) {
    const { yes, no, login } = split(region);
    for (const part of yes) all.yes.push(part);
    for (const part of no) all.no.push(part);
    for (const part of login) all.login.push(part);
    if (all.yes.length + all.no.length + all.login.length > PART_LIMIT) throw new TooManyParts();
  }
  return all;
}

/** Splits what does not match by a further condition. */
export function orElse(split: Split, further: (region: Region) => Split): Split {
  const rest = splitAll(split.no, further);
  return { yes: [...split.yes, ...rest.yes], no: rest.no, login: [...split.login, ...rest.login] };
}
