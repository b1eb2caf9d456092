// What proofs of fixes may cost together, and what is told where that does not suffice.
import { describe, expect, test } from 'vitest';
import { analyze } from '../../../server/src/analysis/analyze.js';
import { UNKNOWN_NETWORK } from '../../../server/src/analysis/evaluate/network-context.js';
import type { FixContext } from '../../../server/src/analysis/fixes/edited-copy.js';
import { Proofs } from '../../../server/src/analysis/fixes/proofs.js';
import { Catalog, DEFAULT_SELECTORS } from '../../../server/src/catalog/catalog.js';
import { pac } from '../../../server/src/dialects/pac/index.js';
import { Purse } from '../../../server/src/model/budget.js';
import { NO_SOURCES } from '../pac/helpers.js';

const { requirements } = Catalog.builtIn().select(DEFAULT_SELECTORS);
const PROXY = 'return "PROXY proxy.example:8080";';
const TOO_MUCH = 'to prove one would be too much work for this file';

function contextOf(body: string): FixContext {
  const source = { uri: 'file:///network/proxy.pac', text: `function FindProxyForURL(url, host) {\n${body}}\n` };
  const document = pac.lower(source, pac.parse(source), NO_SOURCES);
  const checks = { requirements, retired: [], severity: {}, network: UNKNOWN_NETWORK };
  return { document, dialect: pac, sources: NO_SOURCES, checks, analysis: analyze(document, pac, checks, NO_SOURCES) };
}

function lines(count: number, line: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => `  ${line(i)}\n`).join('');
}

const HOSTILE = new Map([
  ['2,000 words', `${lines(2_000, (i) => `if (shExpMatch(host, "*w${i}ord*")) return "DIRECT";`)}  ${PROXY}\n`],
  [
    'a loop over the clock',
    `  var n = 0;\n  for (var i = 0; i < 100000; i++) n += new Date().getHours();\n  if (n % 7 == 3) return "DIRECT";\n  ${PROXY}\n`,
  ],
  [
    'a text that doubles',
    `  var h = host;\n  for (var i = 0; i < 40; i++) h = h + "." + h;\n  if (shExpMatch(h, "*a*b*")) return "DIRECT";\n  ${PROXY}\n`,
  ],
  [
    '40 replaced words',
    `  var h = host;\n${lines(40, (i) => `h = h.replace("word${i}", "x");`)}  if (h == "a.example") return "DIRECT";\n  ${PROXY}\n`,
  ],
]);

describe('the proofs of a file', () => {
  test.each([...HOSTILE])('share what one evaluation may cost: %s', (_, body) => {
    const context = contextOf(body);
    const purse = new Purse();
    const { findings } = context.analysis.report;
    const remedies = new Proofs(context, purse).allOf(findings);
    expect(remedies.length).toBeGreaterThan(1);
    // What was refused was not done; all that comes after it is refused at once.
    expect(purse.spentShare).toBeLessThan(1.5);
    for (const { fixes, obstacle } of remedies) expect(fixes.length > 0 || obstacle !== undefined).toBe(true);
  });

  test('say why there is no fix where they are too much work', () => {
    const context = contextOf(`  ${PROXY}\n`);
    const [finding] = context.analysis.report.findings;
    if (!finding) throw new Error('a proxy for all is no finding');
    expect(new Proofs(context, new Purse(0)).remedies(finding)).toEqual({ fixes: [], obstacle: TOO_MUCH });
    expect(new Proofs(context).remedies(finding).fixes).toHaveLength(1);
  });

  test('are not begun where the verdicts alone, which each makes again, would cost more than is left', () => {
    const context = { ...contextOf(`  ${PROXY}\n`), cost: { verdicts: 1_000_000, telling: 0 } };
    const [finding] = context.analysis.report.findings;
    if (!finding) throw new Error('a proxy for all is no finding');
    const purse = new Purse(0, 999_999);
    expect(new Proofs(context, purse).remedies(finding)).toEqual({ fixes: [], obstacle: TOO_MUCH });
    expect(purse.spent).toBe(0);
  });

  test('have what the analysis has left', () => {
    const context = contextOf(`  ${PROXY}\n`);
    const [finding] = context.analysis.report.findings;
    if (!finding) throw new Error('a proxy for all is no finding');
    const fixesLeft = (verdicts: number, telling: number) =>
      new Proofs({ ...context, cost: { verdicts, telling } }).remedies(finding).fixes.length;
    expect(fixesLeft(1_000_000, 1_000_000)).toBe(1);
    expect(fixesLeft(1_000_000, 9_000_000)).toBe(0);
    expect(fixesLeft(6_000_000, 0)).toBe(0);
  });

  test('begin with the findings that are worth most', () => {
    const context = contextOf(`  if (host = "a.example") return "DIRECT";\n  ${PROXY}\n`);
    const { findings } = context.analysis.report;
    const order = ['error', 'warning', 'info', 'hint'];
    const proved: string[] = [];
    const proofs = new (class extends Proofs {
      override remedies(finding: (typeof findings)[number]) {
        if (!this.known(finding)) proved.push(finding.severity);
        return super.remedies(finding);
      }
    })(context);
    proofs.allOf([...findings].reverse());
    expect(proved).toEqual([...proved].sort((a, b) => order.indexOf(a) - order.indexOf(b)));
  });
});

describe('one more comparison of the host', () => {
  const WORDS = lines(200, (i) => `if (shExpMatch(host, "*w${i}ord*")) return "DIRECT";`);

  /** What all proofs cost, as a share of an evaluation's budget. */
  function costOf(body: string): number {
    const context = contextOf(body);
    const purse = new Purse();
    const remedies = new Proofs(context, purse).allOf(context.analysis.report.findings);
    for (const { fixes } of remedies) expect(fixes).toHaveLength(1);
    return purse.spentShare;
  }

  test('is proved without following the program for all other hosts', () => {
    expect(costOf(`${WORDS}  ${PROXY}\n`)).toBeLessThan(0.5);
  });

  test('is proved in the long way where the program may see its own text', () => {
    const looking = '  if (FindProxyForURL.length > 2) return "DIRECT";\n';
    expect(costOf(`${looking}  ${PROXY}\n`)).toBeGreaterThan(costOf(`  ${PROXY}\n`));
  });
});
