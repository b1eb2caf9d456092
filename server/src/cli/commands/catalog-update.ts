// `lintel catalog update`: brings the endpoint lists of a workspace up to date.

import { readServiceUrl, SERVICE_URL } from '../../../../shared/service-url.js';
import { WEB_LIMITS, webAccess } from '../../../../shared/web-access.js';
import { describeDiff } from '../../catalog/diff.js';
import { INSTANCES } from '../../catalog/endpoints.js';
import { CLOUDS, type Cloud } from '../../catalog/requirement.js';
import {
  checkForUpdates,
  compareList,
  describeNotices,
  readEndpointFile,
  type UpdateResult,
} from '../../catalog/update.js';
import { ENDPOINTS_FOLDER } from '../../configuration/stored-endpoints.js';
import { clientRequestId } from '../client-request-id.js';
import type { Arguments, Option } from '../command.js';
import { EndpointStore, findEndpointStore } from '../endpoint-store.js';
import { readListText } from '../pack-versions.js';
import { EXIT, type ExitStatus, type Terminal, UsageError } from '../terminal.js';

export const UPDATE_OPTIONS: readonly Option[] = [
  {
    name: 'from',
    value: 'FILE|URL',
    help: `update: a saved list, or the web service. Default: ${SERVICE_URL}.`,
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
    help: `update: how long to wait for one response of the web service. Default: ${WEB_LIMITS.timeout / 1000}.`,
  },
  { name: 'dry-run', help: 'update: print what would change, and write nothing.' },
  {
    name: 'force',
    help: 'update: write a list too that lacks a fifth of the hosts or address ranges, or a set of the category Optimize.',
  },
];

/** The result for one cloud, with the path of the file that was written for it. */
interface Outcome {
  readonly result: UpdateResult;
  readonly path: string | undefined;
  /** Whether it was not written because it is doubtful. */
  readonly isHeld: boolean;
}

/** `lintel catalog update`: brings the endpoints of the workspace up to date. */
export async function update(args: Arguments, format: 'text' | 'json', terminal: Terminal): Promise<ExitStatus> {
  const { system } = terminal;
  const workspace = await findEndpointStore(terminal);
  const target = args.text('to');
  const store =
    target === undefined ? workspace.store : new EndpointStore(system.path.resolve(terminal.folder, target), system);
  const named = cloudsOf(args);
  const clouds = named ?? [workspace.cloud ?? 'worldwide'];
  const from = args.text('from');
  const results =
    from === undefined || /^[a-z][a-z\d+.-]*:\/\//i.test(from)
      ? await fromService(from ?? SERVICE_URL, { store, clouds, terminal }, timeoutOf(args))
      : [await fromFile(from, { store, clouds, terminal }, named)];
  const outcomes: Outcome[] = [];
  for (const result of results) {
    const isHeld = result.kind === 'update' && result.doubts.length > 0 && !args.has('force');
    const isWritten = result.kind === 'update' && !isHeld && !args.has('dry-run');
    const path = isWritten ? system.shownFrom(terminal.folder, await store.write(result.list)) : undefined;
    outcomes.push({ result, path, isHeld });
  }
  terminal.write(format === 'json' ? jsonOf(outcomes) : outcomes.map(textOf).join('\n'));
  let status: ExitStatus = EXIT.clean;
  for (const { result, isHeld } of outcomes) {
    if (isHeld && result.kind === 'update') {
      const why = `${result.doubts.join('; ')}: read the changes above, and use --force to write it all the same`;
      terminal.writeError(`lintel: the list of ${result.cloud} was not written, because ${why}\n`);
      if (status === EXIT.clean) status = EXIT.findings;
    }
    if (result.kind !== 'failed') continue;
    const { pack } = await store.packInUse(result.cloud);
    terminal.writeError(`lintel: ${result.reason}\nlintel: ${result.cloud} stays at ${pack.version}\n`);
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

/** The lists that are to be updated. */
interface Target {
  readonly store: EndpointStore;
  /** The clouds that `--cloud` names; otherwise that of the workspace. */
  readonly clouds: readonly Cloud[];
  readonly terminal: Terminal;
}

/** @param timeout of one request, in milliseconds */
async function fromService(
  address: string,
  { store, clouds, terminal }: Target,
  timeout: number,
): Promise<readonly UpdateResult[]> {
  const url = readServiceUrl(address);
  if (url.kind === 'invalid') throw new UsageError(`--from: ${url.message}`);
  const packs = new Map(
    await Promise.all(clouds.map(async (cloud) => [cloud, await inUse(store, cloud, terminal)] as const)),
  );
  const service = {
    access: webAccess({ ...WEB_LIMITS, timeout }),
    baseUrl: url.baseUrl,
    clientRequestId: await clientRequestId(),
  };
  // Interrupting the program ends it before anything is written, so nothing has to abort the requests.
  return checkForUpdates(service, packs, new AbortController().signal);
}

/** @param named the clouds that `--cloud` names, if any: the list has to belong to one of them */
async function fromFile(
  path: string,
  { store, clouds, terminal }: Target,
  named: readonly Cloud[] | undefined,
): Promise<UpdateResult> {
  const list = readEndpointFile(await readListText(path, terminal), terminal.system.path.basename(path), clouds[0]);
  if (typeof list === 'string') throw new UsageError(`${path}: ${list}`);
  const cloud = INSTANCES[list.instance];
  if (named && !named.includes(cloud)) {
    throw new UsageError(`${path}: a list of ${cloud}, but --cloud names ${named.join(', ')}`);
  }
  return compareList(list, await inUse(store, cloud, terminal));
}

async function inUse(store: EndpointStore, cloud: Cloud, terminal: Terminal) {
  const { pack, problem } = await store.packInUse(cloud);
  if (problem !== undefined) terminal.writeError(`lintel: ${problem}\n`);
  return pack;
}

function textOf({ result, path }: Outcome): string {
  switch (result.kind) {
    case 'up-to-date':
      return `${result.cloud} ${result.version} is up to date\n`;
    case 'update': {
      const [heading = '', ...changes] = describeDiff(result.diff);
      const notices = describeNotices(result.notices);
      return [
        heading,
        ...changes.map((change) => `  ${change}`),
        ...(notices.length > 0 ? ['notes of the service:', ...notices.map((notice) => `  ${notice}`)] : []),
        path === undefined ? 'nothing was written' : `written to ${path}`,
        '',
      ].join('\n');
    }
    case 'failed':
    case 'cancelled':
      return '';
  }
}

function jsonOf(outcomes: readonly Outcome[]): string {
  const clouds = outcomes.map(({ result, path }) => {
    if (result.kind !== 'update') return result;
    const { kind, cloud, list, diff, doubts, notices } = result;
    return { kind, cloud, version: list.version, path: path ?? null, diff, doubts, notices };
  });
  return `${JSON.stringify({ version: 1, clouds })}\n`;
}
