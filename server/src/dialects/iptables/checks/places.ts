// Reports targets and matches in tables and chains for which the kernel does not take them.
import { LatestMemo } from '../../../kept/memo.js';
import type { TextRange } from '../../../text/range.js';
import type { Problem } from '../../dialect.js';
import type { Chain, ChainRun, Ruleset, Table } from '../program/ruleset.js';
import { inWords, wrongTable } from '../syntax/rule/places.js';
import type { PlacedWord } from '../syntax/rule/rule.js';

export function placeProblems({ tables }: Ruleset): Problem[] {
  return [...tables.values()].flatMap((table) => {
    const chains = [...table.chains.values()].filter(({ runs }) => runs.some(({ run }) => run.placed.length > 0));
    if (chains.length === 0) return [];
    const reaching = builtInChainsBefore(table);
    return chains.flatMap((chain) => problemsOf(chain, table, reaching.get(chain.name) ?? []));
  });
}

/** A word that is refused, relative to the start of its run. */
interface Refused extends TextRange {
  readonly message: string;
}

/** What is refused in a run, by the place of its rules. */
const refused = new LatestMemo<ChainRun, string, readonly Refused[]>();

function problemsOf(chain: Chain, table: Table, reaching: readonly string[]): Problem[] {
  const place = [table.name, chain.policy ? chain.name : '', ...reaching].join(' ');
  return chain.runs.flatMap(({ uri, start, run }) =>
    refused
      .of(run, place, () => refusedIn(run, chain, table, reaching))
      .map(({ message, ...range }): Problem => {
        return { code: 'syntax-error', uri, range: { start: start + range.start, end: start + range.end }, message };
      }),
  );
}

function refusedIn(run: ChainRun, chain: Chain, table: Table, reaching: readonly string[]): Refused[] {
  return run.placed.flatMap(({ rule, start }) =>
    rule.places.flatMap((placed): Refused[] => {
      const message = refusal(placed, chain, table, reaching);
      const { word } = placed;
      return message === undefined ? [] : [{ start: start + word.start, end: start + word.end, message }];
    }),
  );
}

function refusal({ name, place }: PlacedWord, chain: Chain, table: Table, reaching: readonly string[]) {
  const ofTable = wrongTable({ name, place }, table.name);
  if (ofTable !== undefined) return ofTable;
  const { chains } = place;
  const asked = place.isOfOwnChain ? (chain.policy ? [chain.name] : []) : reaching;
  const wrong = chains && asked.find((one) => !chains.some((other) => other === one));
  if (wrong === undefined) return undefined;
  const here = wrong === chain.name ? `this is ${wrong}` : `${wrong} leads here`;
  return `the kernel accepts '${name}' only in ${inWords(chains ?? [])}, and ${here}`;
}

/** The built-in chains whose packets come to a chain, by its name; a built-in chain comes to itself. */
function builtInChainsBefore({ chains }: Table): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const builtIn of chains.values()) {
    if (!builtIn.policy) continue;
    const open = [builtIn];
    const seen = new Set(open);
    for (const chain of open) {
      const known = found.get(chain.name);
      if (known) known.push(builtIn.name);
      else found.set(chain.name, [builtIn.name]);
      for (const { run } of chain.runs) {
        for (const name of run.targetChains.keys()) {
          const next = chains.get(name);
          if (!next || next.policy || seen.has(next)) continue;
          seen.add(next);
          open.push(next);
        }
      }
    }
  }
  return found;
}
