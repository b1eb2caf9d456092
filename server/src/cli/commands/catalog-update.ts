// `lintel catalog update`: brings the endpoint lists and the feeds of a workspace up to date.

import { SERVICE_URL } from '../../../../shared/service-url.js';
import { WEB_LIMITS } from '../../../../shared/web-access.js';
import { describeDiff } from '../../catalog/diff.js';
import { CLOUDS, type Cloud } from '../../catalog/requirement.js';
import { describeNotices } from '../../catalog/update.js';
import type { UpdateResult } from '../../catalog/update-result.js';
import { ENDPOINTS_FOLDER } from '../../configuration/stored-endpoints.js';
import type { Arguments, Option } from '../command.js';
import { EndpointStore, findEndpointStore } from '../endpoint-store.js';
import { EXIT, type ExitStatus, type Terminal, UsageError } from '../terminal.js';
import { lookForUpdates, subjectsOf } from '../update-sources.js';

export const UPDATE_OPTIONS: readonly Option[] = [
  {
    name: 'from',
    value: 'FILE|URL',
    help: `update: a saved list or feed, or the web service of the endpoints. Default: ${SERVICE_URL}, and each feed at its own address.`,
  },
  {
    name: 'cloud',
    value: 'CLOUD',
    choices: CLOUDS,
    repeatable: true,
    help: `The Microsoft cloud: ${CLOUDS.join(', ')}. Default: the one that lintel.yaml names, otherwise worldwide.`,
  },
  {
    name: 'to',
    value: 'FOLDER',
    help: `update: the folder of the lists. Default: ${ENDPOINTS_FOLDER} beside lintel.yaml.`,
  },
  {
    name: 'timeout',
    value: 'SECONDS',
    help: `update: how long to wait for one response. Default: ${WEB_LIMITS.timeout / 1000}.`,
  },
  { name: 'dry-run', help: 'update: print what would change, and write nothing.' },
  {
    name: 'force',
    help: 'update: write a list too that lacks a fifth of the hosts or address ranges, or a set of the category Optimize, or has a very wide range.',
  },
];

/** The result for one subject, with the path of the file that was written for it. */
interface Outcome {
  readonly result: UpdateResult;
  readonly path: string | undefined;
  /** Whether it was not written because it is doubtful. */
  readonly isHeld: boolean;
}

/** `lintel catalog update`: brings the endpoints and the feeds of the workspace up to date. */
export async function update(args: Arguments, format: 'text' | 'json', terminal: Terminal): Promise<ExitStatus> {
  const { system } = terminal;
  const workspace = await findEndpointStore(terminal);
  const target = args.text('to');
  const store =
    target === undefined ? workspace.store : new EndpointStore(system.path.resolve(terminal.folder, target), system);
  const named = cloudsOf(args);
  const clouds = named ?? [workspace.cloud ?? 'worldwide'];
  const subjects = subjectsOf(args.positionals.slice(1), clouds, workspace);
  const results = await lookForUpdates({
    subjects,
    namedClouds: named,
    from: args.text('from'),
    timeout: timeoutOf(args),
    store,
    terminal,
  });
  const outcomes: Outcome[] = [];
  for (const result of results) {
    const isHeld = result.kind === 'update' && result.doubts.length > 0 && !args.has('force');
    const text = result.kind === 'update' || result.kind === 'up-to-date' ? result.text : undefined;
    const isWritten = text !== undefined && !isHeld && !args.has('dry-run');
    const path = isWritten ? system.shownFrom(terminal.folder, await store.write(result.subject, text)) : undefined;
    outcomes.push({ result, path, isHeld });
  }
  terminal.write(format === 'json' ? jsonOf(outcomes) : outcomes.map(textOf).filter(Boolean).join('\n'));
  let status: ExitStatus = EXIT.clean;
  for (const { result, isHeld } of outcomes) {
    if (isHeld && result.kind === 'update') {
      const what = isCloud(result.subject) ? `the list of ${result.subject}` : `the copy for ${result.subject}`;
      const why = `${result.doubts.join('; ')}: read the changes above, and use --force to write it all the same`;
      terminal.writeError(`lintel: ${what} was not written, because ${why}\n`);
      if (status === EXIT.clean) status = EXIT.findings;
    }
    if (result.kind !== 'failed') continue;
    const inUse = await subjects.inUse(result.subject, store);
    terminal.writeError(`lintel: ${result.reason}\nlintel: ${result.subject} stays at ${inUse}\n`);
    status = EXIT.unusable;
  }
  return status;
}

/** The clouds that `--cloud` names, each once; `undefined` where it is not given. */
export function cloudsOf(args: Arguments): readonly Cloud[] | undefined {
  const names = args.list('cloud');
  if (!names) return undefined;
  return [...new Set(names)].map((name) => {
    const cloud = CLOUDS.find((known) => known === name);
    if (!cloud) throw new UsageError(`--cloud must be one of ${CLOUDS.join(', ')}, not "${name}"`);
    return cloud;
  });
}

/** The timeout of one request, in milliseconds. Throws a UsageError where the option is invalid. */
function timeoutOf(args: Arguments): number {
  const text = args.text('timeout');
  if (text === undefined) return WEB_LIMITS.timeout;
  const seconds = Number(text);
  if (!(seconds > 0 && seconds <= LONGEST_TIMEOUT)) {
    throw new UsageError(`--timeout must be a number of seconds up to ${LONGEST_TIMEOUT}, not "${text}"`);
  }
  return seconds * 1_000;
}

/** The largest value of `--timeout`, in seconds. */
const LONGEST_TIMEOUT = 600;

function textOf({ result, path }: Outcome): string {
  const written = path === undefined ? 'nothing was written' : `written to ${path}`;
  switch (result.kind) {
    case 'up-to-date':
      return isCloud(result.subject)
        ? `${result.subject} ${result.version} is up to date\n`
        : `${result.subject} is as it was on ${result.version}; ${written}\n`;
    case 'update': {
      const [heading = '', ...changes] = describeDiff(result.diff);
      const notices = describeNotices(result.notices);
      return [
        heading,
        ...changes.map((change) => `  ${change}`),
        ...(notices.length > 0 ? ['notes of the service:', ...notices.map((notice) => `  ${notice}`)] : []),
        written,
        '',
      ].join('\n');
    }
    case 'by-hand':
      return `${result.subject}: the file has another address every week; download it from ${result.page} and give it with --from FILE\n`;
    case 'failed':
    case 'cancelled':
      return '';
  }
}

function isCloud(subject: string): boolean {
  return CLOUDS.some((cloud) => cloud === subject);
}

function jsonOf(outcomes: readonly Outcome[]): string {
  const listed = outcomes.map(({ result, path }) => {
    const { subject, ...others } = result;
    const named = isCloud(subject) ? { cloud: subject } : { pack: subject };
    if (others.kind === 'up-to-date') return { kind: others.kind, ...named, version: others.version };
    if (others.kind !== 'update') return { ...named, ...others };
    const { kind, version, diff, doubts, notices } = others;
    return { kind, ...named, version, path: path ?? null, diff, doubts, notices };
  });
  const [clouds, packs] = [listed.filter((one) => 'cloud' in one), listed.filter((one) => 'pack' in one)];
  return `${JSON.stringify({ version: 1, clouds, packs })}\n`;
}
