// The interfaces that packet filters name, compared with those that a workspace file declares.

import type { NetworkContext } from '../../analysis/evaluate/network-context.js';
import { Memo } from '../../kept/memo.js';
import type { FilterModel } from '../../model/filter.js';
import type { Model } from '../../model/model.js';
import type { FileChecks } from '../checks.js';

/** The packet filters of a file. */
export function filtersIn(model: Model): FilterModel[] {
  const parts = model.kind === 'policy' ? model.parts : [model];
  return parts.flatMap((part) => (part.kind === 'filter' ? [part] : []));
}

/** How many rules are searched for the names of interfaces. */
const RULE_LIMIT = 20_000;

const known = new Memo<FilterModel, NamedInterfaces>();

/** The interfaces that filters name, patterns with `*` at their end. */
export interface NamedInterfaces {
  readonly all: ReadonlySet<string>;
  /** Those that something holds for. `iifname != "dmz0"` holds for all others, so that these go without a name. */
  readonly meant: ReadonlySet<string>;
}

/** The interfaces that a filter names. */
export function interfacesOf(filter: FilterModel): NamedInterfaces {
  return known.of(filter, findInterfaces);
}

function findInterfaces({ points, chains }: FilterModel): NamedInterfaces {
  const all = new Set<string>();
  const meant = new Set<string>();
  let left = RULE_LIMIT;
  for (const { surroundings } of points) {
    if (surroundings?.kind !== 'interfaces') continue;
    for (const { name } of surroundings.interfaces.filter((one) => one.name !== '')) {
      all.add(name);
      meant.add(name);
    }
  }
  for (const { rules } of [...points.flatMap((point) => point.chains), ...chains.values()]) {
    for (const { match } of rules) {
      if (left-- === 0) return { all, meant };
      for (const names of match.flatMap(({ inInterface, outInterface }) => [inInterface, outInterface])) {
        for (const name of names.mentioned()) {
          all.add(name);
          if (names.has(name)) meant.add(name);
        }
      }
    }
  }
  return { all, meant };
}

/**
 * Which of some declared interfaces filters do not have. Rules need not name every interface of a router, so that a name is
 * wrong only where the filters mean another one that is not declared.
 */
export function unknownInterfaces(
  declared: readonly string[],
  named: readonly NamedInterfaces[],
): { readonly unknown: readonly string[]; readonly others: readonly string[] } {
  const namesIn = (of: keyof NamedInterfaces) => [...new Set(named.flatMap((one) => [...one[of]]))];
  const mentioned = namesIn('all').filter((name) => name !== 'lo');
  const covers = (pattern: string, name: string) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
  const meant = namesIn('meant').filter((name) => name !== 'lo');
  const others = meant.filter((pattern) => !declared.some((name) => covers(pattern, name)));
  if (others.length === 0) return { unknown: [], others };
  return { unknown: declared.filter((name) => !mentioned.some((pattern) => covers(pattern, name))), others };
}

export type DeclaredInterfaces = NonNullable<NetworkContext['interfaces']>;

/** Whether filters name the interface of a declared network, given the interfaces that they do not have. */
export function namesNetwork(declared: DeclaredInterfaces, unknown: readonly string[]): boolean {
  return [...declared].some(([name, one]) => one !== 'internet' && !unknown.includes(name));
}

/**
 * The checks of files without what is declared of interfaces that they do not have: nobody is behind those. A file that
 * names the interface of one declared network may leave others to its policy, so that all of them are asked.
 */
export class FittedChecks {
  private readonly made = new Memo<FileChecks, Memo<Model, FileChecks>>();

  /** The same object for the same checks and model, so that analyses can be kept. */
  of(checks: FileChecks, model: Model): FileChecks {
    const { interfaces, ...network } = checks.network;
    if (!interfaces) return checks;
    return this.made
      .of(checks, () => new Memo())
      .of(model, () => {
        const { unknown } = unknownInterfaces([...interfaces.keys()], filtersIn(model).map(interfacesOf));
        if (unknown.length === 0 || namesNetwork(interfaces, unknown)) return checks;
        const left = [...interfaces].filter(([name]) => !unknown.includes(name));
        return { ...checks, network: { ...network, ...(left.length > 0 ? { interfaces: new Map(left) } : {}) } };
      });
  }
}
