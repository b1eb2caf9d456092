// Runs programs as strings in the machine.
import { Environment } from '../../../server/src/dialects/pac/meaning/environment/environment.js';
import { followPaths, type Leaf, loadProgram } from '../../../server/src/dialects/pac/meaning/machine/follow.js';
import { Region } from '../../../server/src/dialects/pac/meaning/question/region.js';
import { HOST } from '../../../server/src/dialects/pac/meaning/question/variables.js';
import { Text } from '../../../server/src/dialects/pac/meaning/values/text.js';
import type { Value } from '../../../server/src/dialects/pac/meaning/values/value.js';
import { programOf } from '../../../server/src/dialects/pac/program/program.js';
import { parsePac } from '../../../server/src/dialects/pac/syntax/parse.js';
import { Budget } from '../../../server/src/model/budget.js';
import { HostSet } from '../../../server/src/model/hosts.js';
import { IpSet } from '../../../server/src/model/ip.js';

export interface RunOptions {
  readonly hosts?: HostSet;
  readonly host?: Value;
  readonly entry?: 'FindProxyForURL' | 'FindProxyForURLEx';
  readonly work?: number;
  readonly trace?: boolean;
}

/** The host of the request as a variable. */
export const ANY_HOST = new Text({ kind: 'variable', variable: HOST });

export function load(text: string, budget = new Budget(10_000_000)): ReturnType<typeof loadProgram> {
  const tree = parsePac({ text } as Parameters<typeof parsePac>[0]);
  if (tree.kind !== 'parsed') throw new Error(tree.failure.message);
  return loadProgram(programOf(tree), budget);
}

/** The ends of the paths of a program. */
export function follow(text: string, options: RunOptions = {}): readonly Leaf[] {
  const budget = new Budget(options.work ?? 10_000_000);
  const loaded = load(text, budget);
  const { hosts = HostSet.exact('www.example.com'), host = 'www.example.com' } = options;
  return followPaths(loaded, {
    entry: options.entry ?? 'FindProxyForURL',
    url: `https://${typeof host === 'string' ? host : 'www.example.com'}/`,
    host,
    region: Region.of(hosts, IpSet.all),
    environment: new Environment(IpSet.all, undefined),
    budget,
    trace: options.trace ?? false,
  });
}

/** What a concrete run gives, as a text. */
export function result(text: string, options: RunOptions = {}): string {
  return follow(text, options)
    .map(({ outcome }) => (outcome.kind === 'returned' ? String(outcome.value) : `failed: ${outcome.reason}`))
    .join(' | ');
}
