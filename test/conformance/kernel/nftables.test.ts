import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Document, Sources } from '../../../server/src/dialects/dialect.js';
import { nftables } from '../../../server/src/dialects/nftables/index.js';
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
const fixtures = fileURLToPath(new URL('test/fixtures/nftables/kernel/', root));
const corpus = fileURLToPath(new URL('../shared/corpus/nftables/', root));

/** Includes are read from where the fixtures are. */
const sources: Sources = {
  roots: ['file:///'],
  list: () => [],
  read: (uri) => (existsSync(fileURLToPath(uri)) ? { uri, text: readFileSync(fileURLToPath(uri), 'utf8') } : 'missing'),
};

function analyse(path: string): Document {
  const source = { uri: `file://${path}`, text: readFileSync(path, 'utf8') };
  return nftables.lower(source, nftables.parse(source), sources);
}

/** The interfaces that a file names, and some that it does not. */
function interfacesOf(text: string): string[] {
  const names = new Set<string>();
  for (const [, name = ''] of text.matchAll(/\b[io]if(?:name)?\s+(?:!=\s+)?"?([a-z][\w.-]*\d)\*?"?/g)) names.add(name);
  for (const [, list = ''] of text.matchAll(/\b[io]if(?:name)?\s+(?:!=\s+)?\{([^}]*)\}/g)) {
    for (const [name] of list.matchAll(/[a-z][\w.-]*\d/g)) names.add(name);
  }
  for (const [, list = ''] of text.matchAll(/\bdevices?\s*=?\s*([^;]*);/g))
    for (const [name] of list.matchAll(/[a-z]+\d/g)) names.add(name);
  names.add('lan0').add('wan0');
  return [...names].filter((name) => name.length < 16 && name !== 'lo').slice(0, 6);
}

function isAccepted(path: string): boolean {
  return spawnSync('unshare', ['-n', 'nft', '-c', '-f', path]).status === 0;
}

const NAMED = {
  ports: [21, 22, 25, 53, 67, 80, 123, 443, 465, 546, 587, 853, 993, 3478, 5060, 8080],
  protocols: [1, 50, 51, 136],
};

const PROBES_PER_FILE = 500;

const totals = new Totals();

function check(path: string, seed: number, count: number): { wrong: readonly string[]; compared: number } | undefined {
  const text = readFileSync(path, 'utf8');
  if (testsReversePath(text)) return undefined;
  const interfaces = interfacesOf(text);
  const document = analyse(path);
  if (document.model.kind !== 'filter') throw new Error('an nftables file is a filter');
  const followsConnections = /\b(?:ct (?:state|mark|direction)|[sd]nat|masquerade|redirect|type nat)\b/.test(text);
  const probes = probesFor(boundariesOf(text, NAMED), interfaces.length, 2 * count, seed)
    .filter(({ protocol }) => !followsConnections || !UNTRACKABLE.has(protocol))
    .slice(0, count);
  const answer = askKernel(interfaces, [['nft', '-f', path]], probes, dirname(path));
  if ('error' in answer) return undefined;
  const result = compare(document.model, probes, answer.passed, interfaces);
  totals.files++;
  totals.add(result);
  return result;
}

const unavailable = kernelUnavailable();

describe.skipIf(unavailable !== undefined)('verdicts on nftables rulesets', () => {
  const files = readdirSync(fixtures).filter((name) => name.endsWith('.nft'));

  it.each(files)('equal those of the kernel for %s', (name) => {
    const result = check(fixtures + name, name.length * 7919, PROBES_PER_FILE);
    expect(result, 'the kernel refuses the fixture').toBeDefined();
    expect(result?.wrong).toEqual([]);
  });

  it.skipIf(!existsSync(corpus))('equal those of the kernel for every file of the corpus that loads', () => {
    const loading = readdirSync(corpus).filter((name) => isAccepted(corpus + name));
    const wrong = loading.flatMap((name, i) =>
      (check(corpus + name, i + 1, 200)?.wrong ?? []).map((line) => `${name}: ${line}`),
    );
    expect(wrong).toEqual([]);
  });

  it('were compared often enough, on permitted and on denied packets', () => {
    console.log(
      `nftables: ${totals.compared} packets over ${totals.files} rulesets, ${totals.permitted} permitted, ${totals.share} % undecided`,
    );
    totals.printReasons();
    expect(totals.compared).toBeGreaterThanOrEqual(10_000);
    expect(totals.permitted).toBeGreaterThan(totals.compared / 20);
    expect(files.length).toBeGreaterThanOrEqual(30);
  });
});

const UPSTREAM = 'debiansid__nftables-fullcone__';
const SHELL_TESTS = `${UPSTREAM}tests~shell~testcases~`;

describe.skipIf(unavailable !== undefined || !existsSync(corpus))('syntax errors in the nftables corpus', () => {
  it('are found exactly in the files that nft refuses', () => {
    const disagreeing = readdirSync(corpus).filter((name) => {
      const path = corpus + name;
      const refused = analyse(path).problems.some(({ code }) => code === 'syntax-error' || code === 'undefined-name');
      return isAccepted(path) === refused && !EXCEPTIONS.has(name);
    });
    expect(disagreeing).toEqual([]);
  });
});

/** Files that nft refuses here for reasons that are not in the file. */
const EXCEPTIONS: ReadonlyMap<string, string> = new Map([
  [`${UPSTREAM}debian~examples~overview.nft`, 'an interface that this machine lacks'],
  [`${UPSTREAM}files~examples~load_balancing.nft`, 'an interface that this machine lacks'],
  [`${SHELL_TESTS}flowtable~dumps~0012flowtable_variable_0.nft`, 'an interface that this machine lacks'],
  [`${UPSTREAM}files~examples~secmark.nft`, 'a kernel without security marks'],
  [`${SHELL_TESTS}json~dumps~0005secmark_objref_0.nft`, 'a kernel without security marks'],
  [`${SHELL_TESTS}nft-f~dumps~0012different_defines_0.nft`, 'a kernel without queues'],
  [`${SHELL_TESTS}maps~dumps~typeof_maps_concat_update_0.nft`, 'a type that later versions of nft accept'],
  ['egberts__vim-syntax-nftables__tests~tp~create.tp.nft', 'an interface that this machine lacks'],
  ['egberts__vim-syntax-nftables__tests~tp~z-stateful-insert.tp.nft', 'a handle that only a filled kernel has'],
]);
