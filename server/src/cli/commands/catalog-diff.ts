// `lintel catalog diff`: what differs between two versions of a pack, and which lines of the files are affected.

import type { AffectedLocation } from '../../analysis/plan/affected.js';
import { describeDiff, diffPacks, type PackDiff } from '../../catalog/diff.js';
import { addTo } from '../../kept/lists.js';
import { shortened } from '../../text/lines.js';
import type { Arguments } from '../command.js';
import { wrap } from '../formats/wrap.js';
import { findVersion } from '../pack-versions.js';
import { Session } from '../session.js';
import { EXIT, type ExitStatus, type Terminal, UsageError } from '../terminal.js';
import { cloudsOf } from './catalog-update.js';

/** A line that the change of a pack affects; the file as a whole where no line decides. */
interface AffectedLine {
  readonly path: string;
  /** One-based. */
  readonly line: number | undefined;
  readonly text: string;
  readonly reasons: readonly Omit<AffectedLocation, 'uri' | 'range'>[];
}

/** `lintel catalog diff`: what differs between two versions of a pack, and which lines of some files are affected. */
export async function diff(args: Arguments, format: 'text' | 'json', terminal: Terminal): Promise<ExitStatus> {
  const [, from, to, ...paths] = args.positionals;
  if (from === undefined || to === undefined) throw new UsageError('catalog diff needs two versions: FROM and TO');
  const clouds = cloudsOf(args);
  const before = await findVersion(from, clouds, terminal);
  const after = await findVersion(to, clouds, terminal);
  if (before.id !== after.id) {
    throw new UsageError(
      `versions of different packs cannot be compared: ${from} is one of ${before.id}, ${to} is one of ${after.id}`,
    );
  }
  const changes = diffPacks(before, after);
  if (paths.length === 0) {
    terminal.write(format === 'json' ? jsonOf(changes) : textOf(changes));
    return EXIT.clean;
  }
  const session = await Session.open(args, terminal, paths, after.cloud);
  const lines = linesOf(session, await session.affected(before, after));
  terminal.write(
    format === 'json' ? jsonOf(changes, lines) : `${textOf(changes)}\n${affectedText(lines, session, terminal)}`,
  );
  session.reportErrors();
  return session.errors.length > 0 ? EXIT.unusable : EXIT.clean;
}

function linesOf(session: Session, affected: ReadonlyMap<string, readonly AffectedLocation[]>): AffectedLine[] {
  return [...affected].flatMap(([uri, places]) => {
    const lines = new Map<number | undefined, AffectedLine['reasons'][number][]>();
    for (const { range, kind, message, about } of places) {
      const line = range && session.lineOf(uri, range.start);
      addTo(lines, line, { kind, message, about });
    }
    const path = session.pathOf(uri);
    const index = session.service.linesOf(uri);
    return [...lines]
      .sort(([a = 0], [b = 0]) => a - b)
      .map(([line, reasons]) => {
        const text = line === undefined ? undefined : index?.lineText(line - 1).trim();
        return { path, line, text: text ?? '', reasons };
      });
  });
}

function textOf(changes: PackDiff): string {
  const [heading, ...entries] = describeDiff(changes);
  return `${[heading, ...entries.map((entry) => `  ${entry}`)].join('\n')}\n`;
}

/** How much of a line of a file is shown. */
const SHOWN_LENGTH = 160;

function affectedText(lines: readonly AffectedLine[], session: Session, { width }: Terminal): string {
  const files = new Set(lines.map(({ path }) => path)).size;
  const read = session.files.length;
  if (lines.length === 0) return `no line of ${read} ${read === 1 ? 'file' : 'files'} is affected\n`;
  const heading = `${lines.length} ${lines.length === 1 ? 'line is' : 'lines are'} affected, in ${files} of ${read} ${read === 1 ? 'file' : 'files'}:`;
  const entries = lines.flatMap(({ path, line, text, reasons }) => {
    const head =
      line === undefined ? `${path} (decided by no single line)` : `${path}:${line}: ${shortened(text, SHOWN_LENGTH)}`;
    return [head, ...reasons.flatMap(({ message }) => wrap(message, width, '  '))];
  });
  return `${[heading, ...entries].join('\n')}\n`;
}

function jsonOf(changes: PackDiff, lines?: readonly AffectedLine[]): string {
  const affected = lines?.map(({ line, ...rest }) => ({ ...rest, line: line ?? null }));
  return `${JSON.stringify({ version: 1, diff: changes, ...(affected ? { affected } : {}) })}\n`;
}
