// Holds the cases of the model against concrete runs.
import { areOfRequest } from '../../../../server/src/model/evidence.js';
import { HostSet } from '../../../../server/src/model/hosts.js';
import { IpSet } from '../../../../server/src/model/ip.js';
import type { Case, ProxyRequest, SelectionOutcome } from '../../../../server/src/model/proxy.js';
import { Random } from '../../../random.js';
import { describeCases, readPac } from '../../../unit/pac/helpers.js';
import { ConcreteProgram, type ConcreteResult } from '../oracle/oracle.js';
import { narrowed, type Question, questions, surroundings, urlFor } from './questions.js';

type Cases = readonly Case<SelectionOutcome>[];

/** What the comparison of some programs has shown. */
export class Tally {
  compared = 0;
  undecided = 0;
  /** Of those that are about one host and one client. */
  narrow = { compared: 0, undecided: 0 };
  /** The longest decision in milliseconds, and its program. */
  slowest = { time: 0, text: '' };
  /** What is wrong, as texts that a person can follow. */
  readonly faults: string[] = [];

  get share(): string {
    return `${((100 * this.undecided) / Math.max(1, this.compared)).toFixed(1)} %`;
  }

  count(isUndecided: boolean, isNarrow: boolean): void {
    this.compared++;
    if (isUndecided) this.undecided++;
    if (!isNarrow) return;
    this.narrow.compared++;
    if (isUndecided) this.narrow.undecided++;
  }
}

export interface Extent {
  /** How many hosts each program is asked about, and in how many states of its environment. */
  readonly hosts: number;
  readonly states: number;
}

/** Compares what the model says of a program with its concrete runs. */
export function compareProgram(text: string, seed: number, { hosts, states }: Extent, tally: Tally): void {
  const choices = new Random(seed);
  const { model } = readPac(text);
  if (model.kind !== 'selection') throw new Error('not a PAC model');
  for (const question of questions(choices, hosts)) {
    const { request } = question;
    const start = performance.now();
    const cases = model.decide(request);
    const time = performance.now() - start;
    if (time > tally.slowest.time) tally.slowest = { time, text };
    tally.faults.push(
      ...coverFaults(request, cases).map((fault) => `${fault}\n${describeCases(cases).join('\n')}\n${text}`),
    );
    for (let i = 0; i < states; i++) {
      const narrow = i === 0 ? (one: ProxyRequest) => model.decide(one) : undefined;
      compareInState(text, choices, question, cases, narrow, tally);
    }
  }
}

function compareInState(
  text: string,
  choices: Random,
  { request, hosts }: Question,
  cases: Cases,
  decideNarrow: ((request: ProxyRequest) => Cases) | undefined,
  tally: Tally,
): void {
  const state = surroundings(choices, request);
  const program = new ConcreteProgram(text, state);
  const client = IpSet.parse(state.client);
  for (const [i, host] of hosts.entries()) {
    tally.faults.push(...exampleFaults(request.scheme, host, cases, program).map((fault) => `${fault}\n${text}`));
    const url = urlFor(choices, request, host);
    const concrete = program.run(url, host);
    const parts: [Cases, boolean][] = [
      [cases.filter((one) => one.hosts.has(host) && one.clients.overlaps(client)), false],
    ];
    if (decideNarrow && i < 2) parts.push([decideNarrow(narrowed(request, host, state.client)), true]);
    for (const [own, isNarrow] of parts) {
      const fault = faultOf(own, concrete);
      tally.count(isOpen(own), isNarrow);
      if (fault === undefined) continue;
      const claimed = describeCases(own).join('\n  ');
      tally.faults.push(`${url} (${state.shown})${isNarrow ? ', asked alone' : ''}: ${fault}\n  ${claimed}\n${text}`);
    }
  }
  program.dispose();
}

const PATH = /^the path of the URL is one like (?<path>[^…]*)$/;

/** A case that depends on the path alone is certain for the path that it names, of each of its hosts. */
function exampleFaults(scheme: string, host: string, cases: Cases, program: ConcreteProgram): string[] {
  return cases.flatMap(({ hosts, clientsBy, outcome, assumptions }) => {
    const path = PATH.exec(assumptions[0]?.phrase ?? '')?.groups?.path;
    const isSure = path !== undefined && assumptions.length === 1 && areOfRequest(assumptions) && !clientsBy;
    if (!isSure || outcome.kind === 'undecided' || !hosts.has(host)) return [];
    const url = `${scheme}://${host}${path}`;
    const concrete = program.run(url, host);
    if (concrete.kind === 'returned' && concrete.result === outcome.result) return [];
    return [`${url}: not ${outcome.result}, but ${JSON.stringify(concrete)}`];
  });
}

/** Whether the cases of one host and client leave open what the program does, be it as an assumption about what is not followed. */
function isOpen(cases: Cases): boolean {
  return cases.some(
    ({ outcome, assumptions }) =>
      outcome.kind === 'undecided' || assumptions.some(({ phrase }) => NOT_FOLLOWED.test(phrase)),
  );
}

const NOT_FOLLOWED = /counts? as (?:true|false)$/;

/** What is wrong with the cases of one host and client, beside what the program really does. */
function faultOf(cases: Cases, concrete: ConcreteResult): string | undefined {
  const shown = concrete.kind === 'returned' ? JSON.stringify(concrete.result) : `a failure (${concrete.reason})`;
  if (cases.length === 0) return `no case, but ${shown}`;
  if (cases.length > 1 && cases.some(({ assumptions }) => assumptions.length === 0)) return `cases overlap; ${shown}`;
  const isClaimed = cases.some(
    ({ outcome }) =>
      outcome.kind === 'undecided' || (concrete.kind === 'returned' && concrete.result === outcome.result),
  );
  return isClaimed ? undefined : `not claimed: ${shown}`;
}

/** With more cases than these, only the hosts that are tried show whether they cover the question without overlap. */
const COMPARED_SETS = 3;

/**
 * The cases of a question cover it, and those that assume nothing do not overlap. Of a set that is too large to search
 * nothing is said.
 */
function coverFaults({ hosts, clients }: ProxyRequest, cases: Cases): string[] {
  if (cases.length > COMPARED_SETS) return [];
  const faults: string[] = [];
  const covered = HostSet.union(cases.map((one) => one.hosts));
  const rest = hosts.subtract(covered);
  if (rest.example !== undefined) faults.push(`not covered: ${rest.describe()}`);
  const outside = covered.subtract(hosts);
  if (outside.example !== undefined) faults.push(`not asked about: ${outside.describe()}`);
  const clientsCovered = cases.reduce((all, one) => all.union(one.clients), IpSet.empty);
  if (!clientsCovered.equals(clients)) faults.push('the clients of the cases are not those of the question');
  const sure = cases.filter(({ assumptions }) => assumptions.length === 0);
  for (const [i, one] of sure.entries()) {
    const other = sure
      .slice(i + 1)
      .find((two) => one.clients.overlaps(two.clients) && one.hosts.intersect(two.hosts).example !== undefined);
    if (other) faults.push(`two cases about ${one.hosts.intersect(other.hosts).describe()}`);
  }
  return faults;
}
