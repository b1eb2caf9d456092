import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Document } from '../../../server/src/dialects/dialect.js';
import { iptables } from '../../../server/src/dialects/iptables/index.js';
import type { FilterModel } from '../../../server/src/model/filter.js';
import {
  askKernel,
  boundariesOf,
  compare,
  kernelUnavailable,
  probesFor,
  Totals,
  testsReversePath,
  UNTRACKABLE,
} from './harness.js';

const root = new URL('../../../', import.meta.url);
const fixtures = fileURLToPath(new URL('test/fixtures/iptables/kernel/', root));
const corpus = fileURLToPath(new URL('../shared/corpus/iptables/', root));

function analyse(path: string, text = readFileSync(path, 'utf8')): Document {
  const source = { uri: `file://${path}`, text };
  return iptables.lower(source, iptables.parse(source), { roots: [], list: () => [], read: () => 'missing' });
}

function filterOf({ model }: Document): FilterModel {
  if (model.kind !== 'filter') throw new Error('an iptables file is a filter');
  return model;
}

/** How each kind of file is loaded: by both generations of iptables, where both can. */
function loadersOf(path: string, model: FilterModel): string[][] {
  if (path.endsWith('.sh')) return [[/^#!\S*\/bash/.test(readFileSync(path, 'utf8')) ? 'bash' : 'sh', path, 'start']];
  const program = model.families.includes(6) ? 'ip6tables' : 'iptables';
  return program === 'iptables'
    ? [
        [`${program}-nft-restore`, path],
        [`${program}-legacy-restore`, path],
      ]
    : [[`${program}-nft-restore`, path]];
}

function interfacesOf(text: string): string[] {
  const names = new Set<string>();
  for (const [, name = ''] of text.matchAll(/-[io] "?([a-z][\w.-]*\d)\b/g)) names.add(name);
  for (const name of ['lan0', 'wan0', 'lan1', 'dmz0']) names.add(name);
  return [...names].filter((name) => name.length < 16 && name !== 'lo').slice(0, 6);
}

const NAMED = {
  ports: [8, 21, 22, 25, 53, 80, 123, 443, 993, 3128, 5060, 8443],
  protocols: [1, 50, 51, 136],
};

const PROBES_PER_FILE = 400;

const totals = new Totals();

/** The disagreements about one file; `undefined` where the kernel cannot load it. */
function check(path: string, seed: number, count: number): readonly string[] | undefined {
  const text = readFileSync(path, 'utf8');
  if (testsReversePath(text)) return undefined;
  const interfaces = interfacesOf(text);
  const followsConnections = /state|connmark|ct(?:orig|repl)|\*nat/i.test(text);
  // Probes for the host itself are brought there by their type of service, which this test does not look at for IPv6.
  const asksLocal = /-m addrtype[^\n]*LOCAL/.test(text);
  const model = filterOf(analyse(path));
  const probes = probesFor(boundariesOf(text, NAMED), interfaces.length, 2 * count, seed)
    .filter(({ family }) => model.families.includes(family))
    .filter(({ protocol }) => !followsConnections || !UNTRACKABLE.has(protocol))
    .filter(({ hook, family }) => !asksLocal || hook !== 'input' || family === 4)
    .slice(0, count);
  const wrong: string[] = [];
  let loaded = false;
  for (const loader of loadersOf(path, model)) {
    const answer = askKernel(interfaces, [loader], probes, dirname(path));
    if ('error' in answer) continue;
    loaded = true;
    const result = compare(model, probes, answer.passed, interfaces);
    totals.add(result);
    wrong.push(...result.wrong.map((line) => `${loader[0]}: ${line}`));
  }
  if (loaded) totals.files++;
  return loaded ? wrong : undefined;
}

const unavailable = kernelUnavailable();

describe.skipIf(unavailable !== undefined)('verdicts on iptables files', () => {
  const files = readdirSync(fixtures);

  it.each(files)('equal those of the kernel for %s', (name) => {
    const wrong = check(fixtures + name, name.length * 7919, PROBES_PER_FILE);
    expect(wrong, 'the kernel refuses the fixture').toBeDefined();
    expect(wrong).toEqual([]);
  });

  it.skipIf(!existsSync(corpus))('equal those of the kernel for every file of the corpus that loads', () => {
    const wrong = readdirSync(corpus).flatMap((name, i) =>
      (check(corpus + name, i + 1, 200) ?? []).map((line) => `${name}: ${line}`),
    );
    expect(wrong).toEqual([]);
  });

  it('were compared often enough, on permitted and on denied packets', () => {
    console.log(
      `iptables: ${totals.compared} packets over ${totals.files} files, ${totals.permitted} permitted, ${totals.share} % undecided`,
    );
    totals.printReasons();
    expect(totals.compared).toBeGreaterThanOrEqual(10_000);
    expect(totals.permitted).toBeGreaterThan(totals.compared / 20);
    expect(files.length).toBeGreaterThanOrEqual(30);
  });
});

/** Files on which Lintel and `iptables-restore --test` may disagree, with the reason. */
const EXCEPTIONS: ReadonlyMap<RegExp, string> = new Map([
  [/unsupported_command$/, 'its line -h makes iptables-restore print its help and leave with success'],
  [/unsupported_rule_spec_options$/, 'its -m tcp without -p tcp is refused by the kernel, which --test does not ask'],
]);

describe.skipIf(unavailable !== undefined || !existsSync(corpus))('syntax errors in the iptables corpus', () => {
  it('are found exactly in the files that iptables-restore refuses', () => {
    const disagreeing = readdirSync(corpus).filter((name) => {
      const path = corpus + name;
      const accepted = spawnSync('unshare', ['-n', 'iptables-restore', '--test', path]).status === 0;
      const refused = analyse(path).problems.some(({ code }) => code === 'syntax-error' || code === 'undefined-name');
      return accepted === refused && ![...EXCEPTIONS.keys()].some((exception) => exception.test(name));
    });
    expect(disagreeing).toEqual([]);
  });
});
