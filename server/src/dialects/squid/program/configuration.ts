import type { Lineage } from '../../../kept/line-blocks.js';
import type { QuotedLine as Place } from '../../../model/evidence.js';
import type { Location } from '../../../text/range.js';
import type { Problem, Source, Sources, Unavailable } from '../../dialect.js';
import { folderOf, includeCandidates, isPattern } from '../../shared/include-paths.js';
import { type Block, parseText, type SquidTree } from '../syntax/parse.js';
import type { FlowStatement, Statement } from '../syntax/statements.js';
import {
  type Entry,
  entriesOf,
  isFlow,
  locate,
  placeOf,
  readBlock,
  type Segment,
  setsQuoting,
  summarize,
} from './segments.js';

/** A place at which unknown statements stand: a file that cannot be read, a condition that cannot be decided. */
export interface Gap {
  /** The number of segments in front of it. */
  readonly before: number;
  readonly place: Place;
  readonly reason: string;
}

/** A main file with all that it includes, in the order in which squid reads it. */
export interface Configuration {
  readonly segments: readonly Segment[];
  readonly gaps: readonly Gap[];
  readonly problems: readonly Problem[];
  readonly dependencies: readonly string[];
  /** The contents of the list files that acls name, by path as written; why not, where one cannot be read. */
  listFile(path: string): Source | Unavailable;
}

/** Squid reads includes down to this level (`parseOneConfigFile`). */
const DEPTH_LIMIT = 16;
/** How many files one configuration may draw in; a bound for hostile input. */
const FILE_LIMIT = 1_000;

/** Where squid is installed: a squid.conf in a repository is deployed to one of these folders. */
const STANDARD_FOLDERS = ['/etc/squid', '/etc/squid3', '/usr/local/etc/squid', '/usr/local/squid/etc'];

/** The trees of included files, kept for as long as the file that includes them is. */
const includedTrees = new WeakMap<Lineage, Map<string, { readonly text: string; readonly tree: SquidTree }>>();

export function readConfiguration(source: Source, tree: SquidTree, sources: Sources): Configuration {
  return new Reader(source, tree.lineage, sources).read(tree);
}

class Reader {
  private readonly segments: Segment[] = [];
  private readonly gaps: Gap[] = [];
  private readonly problems: Problem[] = [];
  private readonly dependencies = new Set<string>();
  private readonly open: string[] = [];
  private readonly trees: Map<string, { readonly text: string; readonly tree: SquidTree }>;
  private quoted = false;
  private files = 0;

  constructor(
    private readonly main: Source,
    lineage: Lineage,
    private readonly sources: Sources,
  ) {
    this.trees = includedTrees.get(lineage) ?? new Map();
    includedTrees.set(lineage, this.trees);
  }

  read(tree: SquidTree): Configuration {
    this.file(this.main.uri, tree);
    const { segments, gaps, problems, dependencies } = this;
    return {
      segments,
      gaps,
      problems,
      get dependencies() {
        return [...dependencies];
      },
      listFile: (path) => this.load(path),
    };
  }

  private file(uri: string, tree: SquidTree): void {
    this.open.push(uri);
    const conditions: Condition[] = [];
    tree.blocks.forEach((block, i) => {
      const start = tree.starts[i] ?? 0;
      const read = readBlock(block);
      if (read.kind === 'plain' && conditions.length === 0 && !this.quoted) {
        this.segments.push({ uri, start, summary: read.summary });
      } else {
        this.linewise(uri, start, block, conditions);
      }
    });
    const unclosed = conditions[conditions.length - 1];
    if (unclosed) this.report(unclosed.segment, unclosed.entry, "this 'if' has no 'endif', so squid refuses the file");
    this.open.pop();
  }

  /** Reads a block in which some lines decide about others, as one segment for each run between them. */
  private linewise(uri: string, start: number, block: Block, conditions: Condition[]): void {
    let run: Entry[] = [];
    const here: Segment = { uri, start, summary: summarize([]) };
    const flush = () => {
      if (run.length > 0) this.segments.push({ uri, start, summary: summarize(run) });
      run = [];
    };
    // The state of quoting is that at the line itself, so the entries are read one by one.
    const plainEntries = entriesOf(block, false);
    const quotedEntries =
      this.quoted || plainEntries.some(({ statement }) => setsQuoting(statement)) ? entriesOf(block, true) : [];
    plainEntries.forEach((plainEntry, i) => {
      const entry = this.quoted ? (quotedEntries[i] ?? plainEntry) : plainEntry;
      const { statement } = entry;
      if (!isFlow(statement)) {
        if (!isRead(conditions)) return;
        const condition = conditions.find(({ holds }) => holds === 'unknown');
        if (condition && matters(statement) && !condition.told) {
          condition.told = true;
          flush();
          const reason = `it depends on the condition '${condition.text}'`;
          this.gaps.push({ before: this.segments.length, place: placeOf(condition.segment, condition.entry), reason });
        }
        if (condition && matters(statement) && statement.kind !== 'acl') return;
        run.push(entry);
        if (setsQuoting(statement)) this.quoted = /^(on|enable)$/.test(statement.arguments[0]?.text ?? '');
        return;
      }
      flush();
      this.flow(here, entry, statement, conditions);
    });
    flush();
  }

  private flow(segment: Segment, entry: Entry, statement: FlowStatement, conditions: Condition[]): void {
    switch (statement.kind) {
      case 'if': {
        const text = statement.arguments.map((token) => token.text).join(' ');
        const holds = evaluateCondition(text);
        if (holds === 'invalid') this.report(segment, entry, `squid cannot evaluate the condition '${text}'`);
        conditions.push({ segment, entry, text, holds: holds === 'invalid' ? 'unknown' : holds, told: false });
        break;
      }
      case 'else': {
        const condition = conditions[conditions.length - 1];
        if (!condition) this.report(segment, entry, "this 'else' has no 'if', so squid refuses the file");
        else if (condition.holds !== 'unknown') condition.holds = !condition.holds;
        break;
      }
      case 'endif':
        if (!conditions.pop()) this.report(segment, entry, "this 'endif' has no 'if', so squid refuses the file");
        break;
      case 'include':
        if (isRead(conditions)) this.include(segment, entry, statement);
        break;
    }
  }

  private include(segment: Segment, entry: Entry, statement: FlowStatement): void {
    if (statement.arguments.length === 0) this.report(segment, entry, "'include' needs the path of a file");
    for (const token of statement.arguments) {
      const path = token.text;
      const location = locate(segment, entry, token);
      const refuse = (message: string) => this.problems.push({ ...location, code: 'syntax-error', message });
      if (/^[!|]/.test(path)) {
        this.gap(segment, entry, location, `squid reads the output of the program '${path.slice(1)}' here`);
        continue;
      }
      if (this.open.length > DEPTH_LIMIT) {
        refuse(`squid refuses includes that are nested more than ${DEPTH_LIMIT} levels deep`);
        continue;
      }
      const uris = this.resolve(path);
      const own = uris.find((uri) => this.open.includes(uri));
      if (own !== undefined) {
        refuse(`'${path}' includes itself, so squid refuses the file`);
        continue;
      }
      if (uris.length === 0) this.absent(segment, entry, location, path, isPattern(path) ? 'missing' : this.load(path));
      for (const uri of uris) {
        if (++this.files > FILE_LIMIT) {
          this.gap(segment, entry, location, 'more files are included than Lintel reads');
          break;
        }
        this.includeFile(uri);
      }
    }
  }

  private includeFile(uri: string): void {
    const source = this.sources.read(uri);
    if (typeof source === 'string') return;
    this.dependencies.add(uri);
    const known = this.trees.get(uri);
    const tree = known?.text === source.text ? known.tree : parseText(source.text, known?.tree);
    this.trees.set(uri, { text: source.text, tree });
    this.file(uri, tree);
  }

  /** squid's working folder is that of its main file, so all relative paths start there (`include`, squid.conf.documented). */
  private candidatesFor(path: string): string[] {
    return includeCandidates(path, folderOf(this.main.uri), STANDARD_FOLDERS);
  }

  /** The files that a path stands for and that can be read. */
  private resolve(path: string): readonly string[] {
    for (const candidate of this.candidatesFor(path)) {
      if (!isPattern(path)) {
        if (typeof this.sources.read(candidate) !== 'string') return [candidate];
      } else {
        const readable = this.sources.list(candidate).filter((uri) => typeof this.sources.read(uri) !== 'string');
        if (readable.length > 0) return readable;
      }
    }
    return [];
  }

  private load(path: string): Source | Unavailable {
    let reason: Unavailable = 'missing';
    for (const candidate of this.candidatesFor(path)) {
      const source = this.sources.read(candidate);
      if (typeof source !== 'string') {
        this.dependencies.add(candidate);
        return source;
      }
      if (source !== 'missing') reason = source;
    }
    return reason;
  }

  /** Tells of a file that cannot be read, and that what it says is unknown. */
  private absent(segment: Segment, entry: Entry, location: Location, path: string, found: Source | Unavailable): void {
    const expected = isPattern(path)
      ? 'no file of the workspace matches it'
      : (ABSENCE[String(found)] ?? ABSENCE.missing);
    if (!path.startsWith('/')) {
      const message = `squid refuses the file, because '${path}' cannot be included: ${expected}`;
      this.problems.push({ ...location, code: 'syntax-error', message });
    }
    this.gap(segment, entry, path.startsWith('/') ? location : undefined, `'${path}' is not known: ${expected}`);
  }

  private gap(segment: Segment, entry: Entry, location: Location | undefined, reason: string): void {
    this.gaps.push({ before: this.segments.length, place: placeOf(segment, entry), reason });
    if (!location) return;
    const message = `${reason}. Verdicts that statements there could change are undecided`;
    this.problems.push({ ...location, code: 'unmodelled-statement', message });
  }

  private report(segment: Segment, entry: Entry, message: string): void {
    this.problems.push({ ...placeOf(segment, entry), code: 'syntax-error', message });
  }
}

const ABSENCE: Readonly<Record<string, string>> = {
  missing: 'there is no such file in the workspace',
  'outside-workspace': 'it is outside of the workspace',
  unreadable: 'it cannot be read',
  'too-large': 'it is too large',
};

/** An `if` whose `endif` is still to come. */
interface Condition {
  readonly segment: Segment;
  readonly entry: Entry;
  readonly text: string;
  holds: boolean | 'unknown';
  /** Whether the gap that it leaves was noted. */
  told: boolean;
}

function isRead(conditions: readonly Condition[]): boolean {
  return conditions.every(({ holds }) => holds !== false);
}

/** Whether a statement may change what happens to a request. */
function matters(statement: Statement): boolean {
  return (
    statement.kind === 'acl' ||
    statement.kind === 'rule' ||
    (statement.kind === 'plain' && MATTERING.has(statement.name.text))
  );
}

const MATTERING = new Set(['http_port', 'https_port', 'cache_peer', 'nonhierarchical_direct', 'prefer_direct']);

/** A macro that squid replaces by the number of the process that reads the file. */
const PROCESS_NUMBER = '$' + '{process_number}';

/** `true`, `false`, or a comparison of two integers (`EvalBoolExpr`); unknown where the number of a process decides. */
function evaluateCondition(text: string): boolean | 'unknown' | 'invalid' {
  if (text === 'true') return true;
  if (text === 'false') return false;
  const sides = text.split('=').map((side) => side.trim());
  if (sides.length !== 2) return 'invalid';
  const numbers = sides.map((side) => {
    if (side === PROCESS_NUMBER) return 'unknown';
    return /^[-+]?(0x[0-9a-f]+|\d+)$/i.test(side) ? Number(side) : 'invalid';
  });
  if (numbers.includes('invalid')) return 'invalid';
  return numbers.includes('unknown') ? 'unknown' : numbers[0] === numbers[1];
}
