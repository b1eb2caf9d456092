// Arranges the lines of a main file and its includes in the order in which squid reads them.

import { once } from '../../../kept/once.js';
import type { QuotedLine } from '../../../model/evidence.js';
import type { Location } from '../../../text/range.js';
import type { Problem, Source, Sources, Unavailable } from '../../dialect.js';
import { isPattern } from '../../shared/include-paths.js';
import { RepeatedFiles } from '../../shared/repeated-files.js';
import { parseText } from '../syntax/parse.js';
import { type Block, type FlowStatement, isFlow, type SquidTree, type Statement, type Token } from '../syntax/tree.js';
import { builtInAcls } from '../vocabulary/acl-types.js';
import { evaluateCondition, isRead, type OpenCondition } from './conditions.js';
import { IncludedFiles } from './included-files.js';
import {
  collectStatements,
  locate,
  quote,
  type Segment,
  type StatementLine,
  setsQuoting,
  statementLines,
  statementsOfBlock,
} from './segments.js';

/** The position of unknown statements: of a file that cannot be read, or under a condition that cannot be evaluated. */
export interface Gap {
  /** The index of the first segment after it. */
  readonly before: number;
  readonly cause: QuotedLine;
  readonly reason: string;
}

export interface Configuration {
  /** In the order in which squid reads them; the first contains the built-in acls. */
  readonly segments: readonly Segment[];
  readonly gaps: readonly Gap[];
  readonly problems: readonly Problem[];
  readonly files: IncludedFiles;
}

/** Squid reads includes down to this level (`parseOneConfigFile`). */
const DEPTH_LIMIT = 16;

/** One object for each of the two sets of acls, which later versions of a file compare by identity. */
const BUILT_IN = once(() => builtInSegment(undefined));
const BUILT_IN_BEFORE_6 = once(() => builtInSegment('5'));

function builtIn(version: string | undefined): Segment {
  return Number.parseInt(version ?? '', 10) < 6 ? BUILT_IN_BEFORE_6() : BUILT_IN();
}

function builtInSegment(version: string | undefined): Segment {
  const lines = parseText(builtInAcls(version).join('\n')).blocks.flatMap((block) => statementLines(block, false));
  return { uri: '', start: 0, statements: collectStatements(lines) };
}

/** Reads a main file. `previous`: the configuration of an earlier version. */
export function readConfiguration(
  source: Source,
  tree: SquidTree,
  sources: Sources,
  previous: Configuration | undefined,
): Configuration {
  const files = new IncludedFiles(source, sources, previous?.files.included ?? new Map());
  return new ConfigurationReader(files, builtIn(sources.squid)).read(source.uri, tree);
}

/** An argument of an `include`. */
interface IncludeArgument {
  readonly segment: Segment;
  readonly line: StatementLine;
  readonly token: Token;
}

class ConfigurationReader {
  private readonly segments: Segment[];
  private readonly gaps: Gap[] = [];
  private readonly problems: Problem[] = [];
  /** The URIs of the files that are being read, the main file first. */
  private readonly open: string[] = [];
  private quoted = false;
  private readonly repeated = new RepeatedFiles();

  constructor(
    private readonly files: IncludedFiles,
    builtInAcls: Segment,
  ) {
    this.segments = [builtInAcls];
  }

  read(uri: string, tree: SquidTree): Configuration {
    this.readFile(uri, tree);
    const { segments, gaps, problems, files } = this;
    return { segments, gaps, problems, files };
  }

  private readFile(uri: string, tree: SquidTree): void {
    this.open.push(uri);
    const conditions: OpenCondition[] = [];
    tree.blocks.forEach((block, i) => {
      const start = tree.starts[i] ?? 0;
      const statements = conditions.length === 0 && !this.quoted ? statementsOfBlock(block) : undefined;
      if (statements) this.segments.push({ uri, start, statements });
      else this.readLines({ uri, start, statements: NO_STATEMENTS }, block, conditions);
    });
    const unclosed = conditions[conditions.length - 1];
    if (unclosed) this.report(unclosed.segment, unclosed.line, "this 'if' has no 'endif': squid rejects the file");
    this.open.pop();
  }

  /** Reads a block with flow statements: one segment for each run of lines between them. */
  private readLines(place: Segment, block: Block, conditions: OpenCondition[]): void {
    let run: StatementLine[] = [];
    const flush = () => {
      if (run.length > 0) this.segments.push({ ...place, statements: collectStatements(run) });
      run = [];
    };
    const plainLines = statementLines(block, false);
    // The meaning of quotes may change from line to line.
    const quotedLines =
      this.quoted || plainLines.some(({ statement }) => setsQuoting(statement)) ? statementLines(block, true) : [];
    plainLines.forEach((plainLine, i) => {
      const line = this.quoted ? (quotedLines[i] ?? plainLine) : plainLine;
      const { statement } = line;
      if (isFlow(statement)) {
        flush();
        this.follow(place, line, statement, conditions);
        return;
      }
      if (!isRead(conditions)) return;
      const condition = conditions.find(({ holds }) => holds === 'unknown');
      if (condition && bearsOnVerdicts(statement)) {
        if (!condition.noted) {
          condition.noted = true;
          flush();
          this.addGap(condition.segment, condition.line, `it depends on the condition '${condition.text}'`);
        }
        if (statement.kind !== 'acl') return;
      }
      run.push(line);
      if (setsQuoting(statement)) this.quoted = /^(on|enable)$/.test(statement.arguments[0]?.text ?? '');
    });
    flush();
  }

  private follow(segment: Segment, line: StatementLine, statement: FlowStatement, conditions: OpenCondition[]): void {
    switch (statement.kind) {
      case 'if': {
        const text = statement.arguments.map((token) => token.text).join(' ');
        const holds = evaluateCondition(text);
        if (holds === 'invalid') this.report(segment, line, `squid cannot evaluate the condition '${text}'`);
        conditions.push({ segment, line, text, holds: holds === 'invalid' ? 'unknown' : holds, noted: false });
        break;
      }
      case 'else': {
        const condition = conditions[conditions.length - 1];
        if (!condition) this.report(segment, line, "this 'else' has no 'if': squid rejects the file");
        else if (condition.holds !== 'unknown') condition.holds = !condition.holds;
        break;
      }
      case 'endif':
        if (!conditions.pop()) this.report(segment, line, "this 'endif' has no 'if': squid rejects the file");
        break;
      case 'include':
        if (!isRead(conditions)) break;
        if (statement.arguments.length === 0) this.report(segment, line, "'include' needs the path of a file");
        for (const token of statement.arguments) this.include({ segment, line, token });
        break;
    }
  }

  private include(argument: IncludeArgument): void {
    const path = argument.token.text;
    if (/^[!|]/.test(path)) {
      this.reportUnknown(argument, `squid reads the output of the program '${path.slice(1)}' here`);
      return;
    }
    if (this.open.length > DEPTH_LIMIT) {
      this.refuse(argument, `squid rejects includes that are nested more than ${DEPTH_LIMIT} levels deep`);
      return;
    }
    const uris = this.files.resolve(path);
    if (uris.some((uri) => this.open.includes(uri))) {
      this.refuse(argument, `'${path}' includes itself: squid rejects the file`);
      return;
    }
    if (uris.length === 0) this.reportAbsence(argument);
    for (const uri of uris) {
      const file = this.files.fileOf(uri);
      if (file && !this.repeated.mayRead({ uri, text: file.text })) {
        this.reportUnknown(argument, `'${path}' is included more often than Lintel reads it`);
        break;
      }
      if (file) this.readFile(uri, file.tree);
    }
  }

  /** Reports a file that cannot be read; its content is unknown. */
  private reportAbsence(argument: IncludeArgument): void {
    const path = argument.token.text;
    const loaded = isPattern(path) ? 'no-match' : this.files.load(path);
    const found = typeof loaded === 'string' ? loaded : 'missing';
    const why = ABSENCE[found];
    const reason = `the content of '${path}' is unknown: ${why}`;
    const exists = found !== 'missing' && found !== 'no-match';
    // The file of an absolute path may exist where the configuration is deployed.
    if (exists || path.startsWith('/')) {
      this.reportUnknown(argument, reason);
    } else {
      this.refuse(argument, `squid rejects the file, because '${path}' cannot be included: ${why}`);
      this.addGap(argument.segment, argument.line, reason);
    }
  }

  private reportUnknown(argument: IncludeArgument, reason: string): void {
    this.addGap(argument.segment, argument.line, reason);
    const message = `${reason}. Verdicts that statements there could change are undecided`;
    this.problems.push({ ...locationOf(argument), code: 'unmodelled-statement', message });
  }

  private refuse(argument: IncludeArgument, message: string): void {
    this.problems.push({ ...locationOf(argument), code: 'syntax-error', message });
  }

  private addGap(segment: Segment, line: StatementLine, reason: string): void {
    this.gaps.push({ before: this.segments.length, cause: quote(segment, line), reason });
  }

  private report(segment: Segment, line: StatementLine, message: string): void {
    const { uri, range } = quote(segment, line);
    this.problems.push({ uri, range, code: 'syntax-error', message });
  }
}

const NO_STATEMENTS = collectStatements([]);

function locationOf({ segment, line, token }: IncludeArgument): Location {
  return locate(segment, line, token);
}

const ABSENCE: Readonly<Record<Unavailable | 'no-match', string>> = {
  'no-match': 'no file of the workspace matches it',
  missing: 'there is no such file in the workspace',
  'outside-workspace': 'it is outside of the workspace',
  unreadable: 'it cannot be read',
  'too-large': 'it is too large',
};

/** Whether a statement may change what happens to a request. */
function bearsOnVerdicts(statement: Statement): boolean {
  return statement.kind !== 'plain' || statement.directive?.treatment === 'modelled';
}
