// Random templates of each dialect against what Jinja makes of them: what a template decides, every rendering decides in the same
// way, and no tag makes a syntax error that no rendering has.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { evaluateAll } from '../../../server/src/analysis/evaluate/evaluate.js';
import { UNKNOWN_NETWORK } from '../../../server/src/analysis/evaluate/network-context.js';
import type { VerdictStatus } from '../../../server/src/analysis/report.js';
import { Catalog, DEFAULT_SELECTORS } from '../../../server/src/catalog/catalog.js';
import { LANGUAGES } from '../../../server/src/configuration/languages.js';
import { type Document, loaded, type Sources } from '../../../server/src/dialects/dialect.js';
import { detectAmong } from '../../../server/src/dialects/registry.js';
import { renderedPath } from '../../../server/src/templates/languages.js';
import { Random } from '../../random.js';
import { type RandomTemplate, templateOf, type Values, valuesOf } from './generate.js';

const READ = await Promise.all(LANGUAGES.map(loaded));

const SEED = Number(process.env.LINTEL_TEMPLATE_SEED ?? 20_251);
const COUNT = Number(process.env.LINTEL_TEMPLATES ?? 120);
const SETS = 5;
const RENDER = fileURLToPath(new URL('render.py', import.meta.url));

/** A few requirements of each kind: hosts over the web, media by addresses, and what passes the proxy by. */
const ASKED = new Set(
  [1, 11, 12, 31, 46, 56].flatMap((id) => ['tcp', 'udp', 'bypass-proxy'].map((by) => `m365-worldwide/${id}/${by}`)),
);
const requirements = Catalog.builtIn()
  .select(DEFAULT_SELECTORS)
  .requirements.filter(({ id }) => ASKED.has(id));

function read(name: string, text: string): Document {
  const source = { uri: `file:///site/${name}`, text };
  const dialect = detectAmong(READ, `/site/${name}`, text);
  if (!dialect) throw new Error(`of no dialect: ${text}`);
  const sources: Sources = { roots: ['file:///site'], read: () => 'missing', list: () => [] };
  return dialect.lower(source, dialect.parse(source), sources);
}

function verdicts({ model }: Document): Map<string, VerdictStatus> {
  const evaluations = evaluateAll(model, requirements, UNKNOWN_NETWORK);
  return new Map(evaluations.map(({ verdict }) => [verdict.requirement, verdict.status]));
}

function hasSyntaxError({ problems }: Document): boolean {
  return problems.some(({ code }) => code === 'syntax-error');
}

/** The texts that Jinja makes; `undefined` where it is not installed. */
function rendered(jobs: readonly (readonly [string, Values])[]): readonly string[] | undefined {
  const { status, stdout } = spawnSync('python3', [RENDER], {
    input: JSON.stringify(jobs),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  return status === 0 ? (JSON.parse(stdout) as string[]) : undefined;
}

const random = new Random(SEED);
const templates = Array.from({ length: COUNT }, (_, i) => ({
  ...templateOf(random, i),
  sets: Array.from({ length: SETS }, () => valuesOf(random)),
}));
const texts = rendered(templates.flatMap(({ text, sets }) => sets.map((values) => [text, values] as const)));
if (!texts) console.warn("skipped: random templates, because Debian's python3-jinja2 is not installed");

interface Outcome {
  readonly contradictions: readonly string[];
  readonly decided: number;
}

/** What a template decides against its renderings; a rendering that its program would refuse is none. */
function compared({ name, text }: RandomTemplate, made: readonly string[]): Outcome {
  const document = read(name, text);
  const others = made.map((one) => read(renderedPath(name), one)).filter((one) => !hasSyntaxError(one));
  const contradictions: string[] = [];
  if (hasSyntaxError(document) && others.length > 0) contradictions.push('a syntax error');
  let decided = 0;
  const isExact = document.model.kind === 'server';
  const theirs = others.map(verdicts);
  for (const [id, status] of verdicts(document)) {
    if (status === 'undecided' || status === 'not-applicable') continue;
    decided++;
    const differing = theirs.flatMap((one) => one.get(id) ?? []).filter((other) => other !== 'not-applicable');
    for (const other of new Set(differing))
      if (comparable(other, isExact) !== comparable(status, isExact))
        contradictions.push(`${id}: ${status}, but ${other} in a rendering`);
  }
  return { contradictions, decided };
}

/**
 * How much of a requirement is denied is compared for proxies alone: where a packet filter or a PAC file denies a part, and
 * another one is not known, the verdict says how much is denied at least.
 */
function comparable(status: VerdictStatus, isExact: boolean): string {
  return !isExact && (status === 'blocked' || status === 'partial') ? 'not met' : status;
}

const names = [...new Set(templates.map(({ name }) => name))];

describe.skipIf(!texts).each(names)('random templates of %s', (name) => {
  test('never contradict their renderings', () => {
    let decided = 0;
    const wrong = templates.flatMap((template, i) => {
      if (template.name !== name) return [];
      const outcome = compared(template, texts?.slice(i * SETS, (i + 1) * SETS) ?? []);
      decided += outcome.decided;
      return outcome.contradictions.map((one) => `${one}\n${template.text}`);
    });
    expect(wrong).toEqual([]);
    expect(decided).toBeGreaterThan(0);
  });
});
