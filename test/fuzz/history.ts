// What must hold of every history of a file, whatever its versions hold: nothing throws, what was typed means what a fresh copy
// means, every range lies within the text, and a proved fix does what it says when its result is examined from nothing.

import type { Report, Verdict } from '../../server/src/analysis/report.js';
import type { Language } from '../../server/src/dialects/dialect.js';
import { toldVerdicts } from '../../server/src/service/checked-files.js';
import type { CheckRequest } from '../../server/src/service/checks.js';
import { LanguageService } from '../../server/src/service/language-service.js';
import { applyEdits, unchangedEnds } from '../../server/src/text/edit.js';
import { PiecedText } from '../../server/src/text/pieced-text.js';
import { Random } from '../random.js';
import { MemoryFiles } from '../unit/service/toy.js';

/** A file as it was opened, and each text that was typed over it. */
export interface History {
  readonly name: string;
  readonly language: Language;
  readonly versions: readonly string[];
}

const FOLDER = 'file:///network/';
const REQUEST: CheckRequest = { require: ['teams+required', 'skype'], severity: {}, cloud: 'worldwide' };
const PROVED = 2;
const AS_THEY_ARE = { nameOf: (uri: string) => ({ path: uri, uri }), lineOf: () => undefined };

/** Another file that is open beside it, and whose answer never changes. */
const NEIGHBOUR = { uri: `${FOLDER}neighbour/rules.v4`, text: '*filter\n:FORWARD DROP [0:0]\nCOMMIT\n' };

function serve(): LanguageService {
  const service = new LanguageService(new MemoryFiles(new Map()));
  service.setFolders([FOLDER]);
  return service;
}

/** What is wrong with the answers to a history; `undefined` where nothing is. */
export async function faultOf({ name, language, versions }: History): Promise<string | undefined> {
  const uri = FOLDER + name;
  const typed = serve();
  try {
    let pieced: PiecedText | undefined;
    for (const [at, text] of versions.entries()) {
      pieced = pieced ? typedOver(pieced, text) : PiecedText.of(text, PIECE_LENGTH);
      typed.put(uri, language, pieced);
      const fault = await faultOfVersion({ typed, uri, language, text });
      if (fault !== undefined) return `version ${at + 1} of ${versions.length}: ${fault}`;
    }
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

/** So short that most edits leave pieces alone, in UTF-16 code units. */
const PIECE_LENGTH = 48;

/** A text as an editor has it that was told what has changed. */
function typedOver(earlier: PiecedText, text: string): PiecedText {
  const { front, back } = unchangedEnds(String(earlier), text);
  return earlier.replaced({ start: front, end: earlier.length - back }, text.slice(front, text.length - back));
}

interface Version {
  /** Knows the versions before. */
  readonly typed: LanguageService;
  readonly uri: string;
  readonly language: Language;
  readonly text: string;
}

async function faultOfVersion(version: Version): Promise<string | undefined> {
  const { typed, uri, language, text } = version;
  const fresh = serve();
  fresh.put(uri, language, text);
  const expected = await reportOf(fresh, uri);
  const found = await reportOf(typed, uri);
  if (meaningOf(found) !== meaningOf(expected))
    return `typed and opened differ:\n${difference(meaningOf(expected), meaningOf(found))}`;
  typed.put(uri, language, text);
  if (meaningOf(await reportOf(typed, uri)) !== meaningOf(expected)) return 'the same text, put again, differs';
  return rangeFault(expected, uri, text) ?? (await requestFault(version)) ?? (await fixFault(version, fresh, expected));
}

async function reportOf(service: LanguageService, uri: string): Promise<Report | undefined> {
  const examined = await service.examine(uri, REQUEST);
  return examined?.analysis.report;
}

function meaningOf(report: Report | undefined): string {
  if (!report) return 'not read';
  const findings = report.findings.map(({ uri, range, code, severity, message }) =>
    [uri, range.start, range.end, code, severity, message].join(' '),
  );
  const verdicts = toldVerdicts(report.coverage).map(
    ({ requirement, status, missing, reason, decidedBy }) =>
      `${requirement} ${status} ${missing ?? ''} ${reason ?? ''} ${decidedBy.map(({ range }) => range.start).join(',')}`,
  );
  return [...findings, ...verdicts].join('\n');
}

function difference(expected: string, found: string): string {
  const [before, after] = [expected.split('\n'), found.split('\n')];
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `- ${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`),
  ]
    .slice(0, 8)
    .join('\n');
}

function rangeFault(report: Report | undefined, uri: string, text: string): string | undefined {
  for (const finding of report?.findings ?? []) {
    const { start, end } = finding.range;
    if (finding.uri === uri && (start < 0 || end < start || end > text.length))
      return `${finding.code} at ${start}–${end} of ${text.length}`;
    if (/an error in Lintel itself|\[object |\bNaN\b/.test(finding.message))
      return `a message that nobody should see: ${finding.message}`;
  }
  return undefined;
}

/** Whether every request is answered, about this file and about the one beside it. */
async function requestFault({ typed, uri, text }: Version): Promise<string | undefined> {
  const random = new Random(text.length);
  const whole = { start: 0, end: text.length };
  for (const offset of [0, random.below(text.length + 1), random.below(text.length + 1), text.length]) {
    await typed.hover(uri, offset, REQUEST);
    await typed.completions(uri, offset, REQUEST);
    await typed.definitions(uri, offset);
    await typed.references(uri, offset, true);
    await typed.renamable(uri, offset, REQUEST);
    await typed.selectionRanges(uri, offset);
    await typed.menuAt(uri, { start: offset, end: offset }, REQUEST);
  }
  await typed.outline(uri);
  await typed.foldingRanges(uri);
  await typed.semanticTokens(uri, whole);
  await typed.inlayHints(uri, whole, REQUEST);
  await typed.codeLenses(uri, REQUEST);
  await typed.fileLinks(uri);
  await typed.coverage(uri, REQUEST, AS_THEY_ARE);
  typed.put(NEIGHBOUR.uri, undefined, NEIGHBOUR.text);
  typed.close(NEIGHBOUR.uri);
  return undefined;
}

/** Whether a proved fix holds: no verdict is worse behind it, and one is better or a defect is gone. */
async function fixFault({ uri, language, text }: Version, fresh: LanguageService, before: Report | undefined) {
  if (!before) return undefined;
  const proved = await fresh.fixes(uri, REQUEST, (_, index) => index < PROVED);
  for (const { finding, fixes } of proved) {
    for (const fix of fixes) {
      const edits = fix.edits.filter((edit) => edit.uri === uri);
      if (edits.length !== fix.edits.length) continue;
      const service = serve();
      service.put(uri, language, applyEdits(text, edits));
      const after = await reportOf(service, uri);
      const worse = worsened(before.coverage, after?.coverage ?? []);
      if (worse !== undefined) return `“${fix.title}” makes ${worse}`;
      const same = after?.findings.filter(({ code, message }) => code === finding.code && message === finding.message);
      const had = before.findings.filter(({ code, message }) => code === finding.code && message === finding.message);
      if (same && same.length >= had.length) return `“${fix.title}” leaves “${finding.message}”`;
    }
  }
  return undefined;
}

const RANK: Readonly<Record<Verdict['status'], number>> = {
  met: 3,
  'not-applicable': 3,
  undecided: 2,
  partial: 1,
  blocked: 0,
};

function worsened(before: readonly Verdict[], after: readonly Verdict[]): string | undefined {
  const statuses = new Map(after.map(({ requirement, status }) => [requirement, status]));
  for (const { requirement, status } of before) {
    const now = statuses.get(requirement);
    if (now !== undefined && RANK[now] < RANK[status] && status !== 'undecided')
      return `${requirement} ${now} (it was ${status})`;
  }
  return undefined;
}

/** The shortest history that is found with the same kind of fault, by leaving out versions and lines. */
export async function minimised(history: History): Promise<History> {
  const kind = kindOf(await faultOf(history));
  const fails = async (versions: readonly string[]) =>
    versions.length > 0 && kindOf(await faultOf({ ...history, versions })) === kind;
  let versions = [...history.versions];
  for (let at = versions.length - 1; at >= 0; at--) {
    const fewer = versions.filter((_, index) => index !== at);
    if (await fails(fewer)) versions = fewer;
  }
  for (const separator of ['\n', ' ']) {
    for (let at = 0; at < versions.length; at++) {
      let parts = (versions[at] ?? '').split(separator);
      for (let size = Math.ceil(parts.length / 2); size >= 1; size = size > 1 ? Math.ceil(size / 2) : 0) {
        for (let start = 0; start < parts.length; ) {
          const fewer = [...parts.slice(0, start), ...parts.slice(start + size)];
          const tried = versions.map((version, index) => (index === at ? fewer.join(separator) : version));
          if (await fails(tried)) {
            parts = fewer;
            versions = tried;
          } else start += size;
        }
      }
    }
  }
  return { ...history, versions };
}

/** What faults of one kind have in common: their text without numbers and names. */
function kindOf(fault: string | undefined): string | undefined {
  return fault?.replace(/^version \d+ of \d+: /, '').replace(/[“"'].*|:[\s\S]*|\d+/g, '');
}
