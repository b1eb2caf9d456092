// `lintel coverage`: lists every requirement with its verdict.

import { DAYS_UNTIL_STALE, daysSince, daysText } from '../../../../shared/age.js';
import { STATUS_ORDER } from '../../../../shared/coverage.js';
import { feedsOf } from '../../catalog/feed-addresses.js';
import { readOn } from '../../catalog/feeds.js';
import type { Pack, Requirement } from '../../catalog/requirement.js';
import { addTo } from '../../kept/lists.js';
import { countByStatus, coverageCsv, coverageMarkdown, remarkOf } from '../../service/coverage.js';
import { coveragePage } from '../../service/reports/coverage-page.js';
import type { Command } from '../command.js';
import { FILE_OPTIONS } from '../file-options.js';
import { wrap } from '../formats/wrap.js';
import { daysOld } from '../pack-age.js';
import { CLOUD_OPTION, REQUIRE_OPTION } from '../request-options.js';
import { type CheckedFile, Session } from '../session.js';
import { EXIT } from '../terminal.js';

const FORMATS = ['text', 'json', 'markdown', 'csv', 'html'] as const;

export const coverage: Command = {
  name: 'coverage',
  summary: 'List every requirement with its verdict.',
  usage: ['coverage [PATH…] [OPTION…]'],
  options: [
    {
      name: 'format',
      value: 'FORMAT',
      choices: FORMATS,
      help: 'text (default), json, markdown, csv or html (one file to hand on).',
    },
    REQUIRE_OPTION,
    CLOUD_OPTION,
    ...FILE_OPTIONS,
  ],
  async run(args, terminal) {
    const format = args.choice('format', FORMATS);
    const session = await Session.open(args, terminal);
    // Included files have no verdicts of their own.
    const files = (await session.check(format === 'html')).filter((file) => file.coverage.length > 0);
    for (const note of agesOf(files, terminal.now())) terminal.writeError(`lintel: ${note}\n`);
    switch (format) {
      case 'text':
        terminal.write(files.map((file) => textOf(file, session, terminal.listWidth)).join('\n'));
        break;
      case 'json':
        terminal.write(`${JSON.stringify({ version: 1, files: files.map((file) => jsonOf(file, session)) })}\n`);
        break;
      case 'markdown':
        terminal.write(files.map((file) => coverageMarkdown(file.path, session.coverageOf(file))).join('\n'));
        break;
      case 'csv':
        terminal.write(coverageCsv(files.map((file) => session.coverageOf(file))));
        break;
      case 'html': {
        const [only] = files;
        const name = files.length === 1 && only ? only.path : session.name;
        terminal.write(
          coveragePage(
            name,
            files.map((file) => session.coverageOf(file)),
          ),
        );
        break;
      }
    }
    return session.reportErrors() ? EXIT.unusable : EXIT.clean;
  },
};

/** The endpoint lists and copies of feeds that verdicts are about and that have become old, each as a sentence. */
function agesOf(files: readonly CheckedFile[], now: number): readonly string[] {
  const notes = files.flatMap(({ coverage: verdicts, catalog }) => {
    const asked = new Map<Pack, Requirement[]>();
    for (const { requirement: id } of verdicts) {
      const requirement = catalog.byId(id);
      const pack = requirement && catalog.packOf(requirement);
      if (pack) addTo(asked, pack, requirement);
    }
    return [...asked].flatMap(([pack, requirements]) => ageNotes(pack, requirements, now));
  });
  return [...new Set(notes)];
}

function ageNotes(pack: Pack, requirements: readonly Requirement[], now: number): readonly string[] {
  const { id, cloud, title, version } = pack;
  const listDays = id === `m365-${cloud}` ? (daysOld(pack, now) ?? 0) : 0;
  const list = `the endpoints of ${title}, are ${daysText(listDays)} old (${version}); ${ASK}`;
  const read = readOn(requirements.flatMap((requirement) => feedsOf(pack, requirement)));
  const feedDays = read === undefined ? 0 : (daysSince(read, now) ?? 0);
  const feeds = `the networks of ${title} are ${daysText(feedDays)} old (${read}); ${ASK}`;
  return [...(listDays < DAYS_UNTIL_STALE ? [] : [list]), ...(feedDays < DAYS_UNTIL_STALE ? [] : [feeds])];
}

const ASK = 'lintel catalog update asks for newer ones';

function textOf({ path, coverage: verdicts }: CheckedFile, session: Session, width: number): string {
  const counts = countByStatus(verdicts);
  const lines = STATUS_ORDER.flatMap((status) =>
    verdicts
      .filter((verdict) => verdict.status === status)
      .flatMap((verdict) => {
        const [statement] = verdict.decidedBy;
        const location = statement
          ? ` (${session.pathOf(statement.uri)}:${session.lineOf(statement.uri, statement.range.start)})`
          : '';
        const remark = remarkOf(verdict);
        const entry = `${verdict.requirement}${location}${remark ? `: ${remark}` : ''}`;
        return wrap(entry, width, `  ${status.padEnd(14)} `, ' '.repeat(17));
      }),
  );
  const summary = STATUS_ORDER.map((status) => `${counts.get(status)} ${status}`).join(', ');
  return `${path}: ${summary}\n${lines.join('\n')}\n`;
}

function jsonOf({ path, dialect, coverage: verdicts, catalog }: CheckedFile, session: Session) {
  return {
    path,
    dialect,
    coverage: verdicts.map(({ requirement, status, decidedBy, missing, reason }) => ({
      requirement,
      title: catalog.byId(requirement)?.title ?? null,
      status,
      missing: missing ?? null,
      reason: reason ?? null,
      decidedBy: decidedBy.map(({ uri, range, text }) => ({
        path: session.pathOf(uri),
        line: session.lineOf(uri, range.start),
        text,
      })),
    })),
  };
}
