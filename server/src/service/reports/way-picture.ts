// A picture of the way from each role through PAC files, proxies and packet filters to the services, with what breaks it lit.

import type { CoverageFile, CoverageStage, CoverageStatus } from '../../../../shared/coverage.js';
import { addTo, largest } from '../../kept/lists.js';
import { shortened } from '../../text/lines.js';
import { type Html, html, NOTHING } from '../html/html.js';
import { signAt } from '../html/signs.js';
import { metText, restText, tallyOf } from './tally.js';

/** The order in which a connection meets files. */
const STAGES: readonly CoverageStage[] = ['selection', 'server', 'policy', 'filter'];

const STAGE_TITLES: Readonly<Record<CoverageStage, string>> = {
  selection: 'PAC file',
  server: 'proxy',
  policy: 'policy',
  filter: 'packet filter',
};

// Lengths in the units of the picture, which are pixels where there is room.
const LANE = 50;
const STATION = 50;
const HEAD = 88;
const RADIUS = 11;
const START = 16;
const NAME_WIDTH = 8.4;
const FILE_LENGTH = 20;
/** How far the turned name of a file reaches to the right, for each character. */
const TURNED = 5.6;

/** The files of one role in the order of the way, and its services. */
export interface Way {
  readonly role: string;
  readonly addresses: readonly string[];
  readonly files: readonly CoverageFile[];
  readonly services: readonly string[];
}

/** The ways of the roles that files belong to. */
export function waysOf(files: readonly CoverageFile[]): readonly Way[] {
  const roles = new Map<string, CoverageFile[]>();
  for (const file of files) addTo(roles, file.role, file);
  return [...roles].map(([role, own]) => ({
    role,
    addresses: own[0]?.addresses ?? [],
    files: STAGES.flatMap((stage) => own.filter((file) => file.stage === stage)),
    services: servicesOf(own),
  }));
}

/** The services that at least one of some files decides something of. */
export function servicesOf(files: readonly CoverageFile[]): readonly string[] {
  const verdicts = files.flatMap((file) => file.verdicts);
  return [
    ...new Set(verdicts.filter(({ status }) => status !== 'not-applicable').map(({ service }) => service)),
  ].sort();
}

/** What stands in the way of a service: only what its document requires breaks it. */
function statusAt(file: CoverageFile, service: string): CoverageStatus {
  const own = file.verdicts.filter((verdict) => verdict.service === service);
  const required = own.filter((verdict) => verdict.required);
  const { worst } = tallyOf(required);
  return worst === 'not-applicable' ? tallyOf(own).worst : worst;
}

export function wayPicture({ role, addresses, files, services }: Way): Html {
  if (files.length === 0 || services.length === 0) return NOTHING;
  const end = START + (files.length + 0.5) * STATION;
  const xOf = (index: number) => START + (index + 0.75) * STATION;
  const names = files.map((file, i) => xOf(i) + fileName(file).length * TURNED);
  const labels = services.map((name) => START + name.length * NAME_WIDTH);
  const width = Math.ceil(largest(labels, largest(names, end + 12)));
  const height = HEAD + services.length * LANE;
  const heads = files.map((file, i) => {
    const [x, y] = [xOf(i) + 4, HEAD - 6];
    return html`<text class="file" transform="rotate(-38 ${x} ${y})" x="${x}" y="${y}">${fileName(file)}</text>`;
  });
  const lanes = services.map((service, i) => lane(files, service, { y: HEAD + (i + 0.64) * LANE, end, xOf }));
  const told = services.map((service) => sayLane(files, service)).join(' ');
  const where = addresses.length > 0 ? ` (${shortened(addresses.join(', '), 60)})` : '';
  return html`<figure class="way">
<figcaption><strong>${role}</strong>${where}</figcaption>
<div class="wide" tabindex="0" role="group" aria-label="The way of ${role}, which may be wider than the window">
<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${told}">
<path class="source" d="M${START - 8} ${HEAD + 6}V${height - 6}"/>
${heads}${lanes}</svg>
</div>
</figure>`;
}

interface Frame {
  readonly y: number;
  readonly end: number;
  xOf(index: number): number;
}

/** One service: a line through the files that decide something of it. Which of them one connection meets, no file says. */
function lane(files: readonly CoverageFile[], service: string, { y, end, xOf }: Frame): Html {
  let from = START - 8;
  let isBroken = false;
  const links: Html[] = [];
  const stations: Html[] = [];
  files.forEach((file, i) => {
    const status = statusAt(file, service);
    if (status === 'not-applicable') return;
    const x = xOf(i);
    links.push(html`<path class="link ${status}" d="M${from} ${y}H${x}"/>`);
    stations.push(html`<circle class="station ${status}" cx="${x}" cy="${y}" r="${RADIUS}"/>${signAt(status, x, y)}`);
    isBroken ||= status === 'blocked';
    from = x;
  });
  const last = isBroken ? 'link beyond' : 'link end';
  const arrow = html`<path class="${last}" d="M${from} ${y}H${end}"/><path class="${last} head" d="M${end - 4} ${y - 5}l6 5l-6 5"/>`;
  const name = html`<text class="${isBroken ? 'service beyond' : 'service'}" x="${START}" y="${y - 17}">${service}</text>`;
  return html`${links}${arrow}${stations}${name}`;
}

function fileName({ path }: CoverageFile): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return shortened(name, FILE_LENGTH);
}

/** The same in words. */
function sayLane(files: readonly CoverageFile[], service: string): string {
  const stations = files.flatMap((file) => {
    const tally = tallyOf(file.verdicts.filter((verdict) => verdict.service === service));
    if (tally.decided === 0) return [];
    const rest = restText(tally);
    return [`${STAGE_TITLES[file.stage]} ${file.path}: ${metText(tally)}${rest ? `, ${rest}` : ''}`];
  });
  return `${service}: ${stations.join('; ')}.`;
}
