// What is known of a program, kept as long as it is the same program.
import type { AnyNode } from 'acorn';
import { once } from '../../../kept/once.js';
import { currentBudget } from '../../../model/budget.js';
import type { QuotedLine } from '../../../model/evidence.js';
import type { HostSet } from '../../../model/hosts.js';
import { PaidStore, RepeatedResults } from '../../../model/paid-memo.js';
import { entryName } from '../program/entry-function.js';
import type { PacProgram } from '../program/program.js';
import type { Scopes } from '../program/scopes.js';
import { quotedLineOf } from '../syntax/quoted-line.js';
import { isSameProgram } from '../syntax/same-program.js';
import type { ParsedPac } from '../syntax/tree.js';
import { type Part, partsOf } from './cases.js';
import {
  type EntryName,
  followPaths,
  type Leaf,
  type LoadedProgram,
  type LoadFailure,
  loadProgram,
  type Question,
} from './machine/follow.js';
import type { OutcomeGroup } from './outcomes.js';

/** A program after its top level has run. */
export interface Paths {
  /** Why it did not come to its end, where it did not. */
  readonly failure: LoadFailure | undefined;
  /** Why it has no entry function, where it has none. */
  readonly missingEntry: string;
  /** The entry functions that clients find. */
  readonly entries: readonly EntryName[];
  follow(question: Question): readonly Leaf[];
}

/** Loads a program when it is first asked. */
class ProgramPaths implements Paths {
  private readonly loading = new RepeatedResults<[], LoadedProgram>(1);
  /** Each evaluation pays for it. */
  private readonly store = new PaidStore(() => this.loading.of([], () => loadProgram(this.program, currentBudget())));

  constructor(private readonly program: PacProgram) {}

  get failure(): LoadFailure | undefined {
    return this.loaded.failure;
  }

  get missingEntry(): string {
    return missingEntry(this.program.scopes);
  }

  get entries(): readonly EntryName[] {
    const { entries, realm } = this.loaded;
    // A program that asks its environment while it is loaded is not loaded yet.
    return realm ? entries : entries.filter((name) => this.program.scopes.globals.has(name));
  }

  follow(question: Question): readonly Leaf[] {
    return followPaths(this.loaded, question);
  }

  private get loaded(): LoadedProgram {
    return this.store.value;
  }
}

/** Why clients find no entry function. */
function missingEntry(scopes: Scopes): string {
  const name = entryName(scopes);
  return name === undefined
    ? 'the file defines no FindProxyForURL'
    : `clients do not find ${name}, which is not a function of the global object`;
}

/** What is known of one question: for the hosts that it was asked about, what has which outcome. */
export interface Explored {
  readonly hosts: HostSet;
  readonly groups: readonly OutcomeGroup[];
}

/** How many different questions (schemes, ports, paths, sets of clients) are kept. */
export const KEPT_QUESTIONS = 32;

/** Of how many requests it is kept which part of the paths is theirs: all requirements together make some hundreds. */
const KEPT_REQUESTS = 512;

/** A question in words, the hosts that it is about, and what was known before. */
type HostQuestion = [question: string, hosts: HostSet, among: HostSet | undefined, known: Explored | undefined];

/** The paths of a program, and what was found of them. Its nodes are those of one tree. */
export class Evaluation {
  /** What took the most work when its paths were followed last. */
  busiest: AnyNode | undefined;
  readonly explored = new RepeatedResults<HostQuestion, Explored>(KEPT_QUESTIONS);
  private readonly covered = new RepeatedResults<[known: HostSet, asked: HostSet], boolean>(KEPT_REQUESTS);
  private readonly parts = new RepeatedResults<[groups: readonly OutcomeGroup[], hosts: HostSet], readonly Part[]>(
    KEPT_REQUESTS,
  );
  private readonly places = once(() => new Map(this.tree.nodes.map((node, index) => [node, index])));

  private constructor(
    readonly tree: ParsedPac,
    readonly paths: Paths,
  ) {}

  static of({ tree }: PacProgram, paths: Paths): Evaluation {
    return new Evaluation(tree, paths);
  }

  /** The evaluation of a program that may be the same as an earlier one. */
  static after(earlier: Evaluation | undefined, program: PacProgram): Evaluation {
    if (earlier && isSameProgram(earlier.tree, program.tree)) return earlier;
    return new Evaluation(program.tree, new ProgramPaths(program));
  }

  /** Whether all hosts that are asked about are among those that are known. */
  covers(known: HostSet, asked: HostSet): boolean {
    return this.covered.of([known, asked], () => asked.subtract(known).isEmpty);
  }

  partsOf(groups: readonly OutcomeGroup[], hosts: HostSet): readonly Part[] {
    return this.parts.of([groups, hosts], () => partsOf(groups, hosts));
  }

  /** Quotes a node of this program as it stands in a tree of the same program. */
  quoted(node: AnyNode, tree: ParsedPac): QuotedLine {
    const index = tree === this.tree ? undefined : this.places().get(node);
    return quotedLineOf((index === undefined ? undefined : tree.nodes[index]) ?? node, tree);
  }
}
