// The firewall plan of a network as a page, to hand to whoever runs the firewall.

import { serviceTitleOf } from '../../analysis/findings/services.js';
import { isRequired, type Opening, type OpeningEnd } from '../../analysis/plan/plan.js';
import { addTo } from '../../kept/lists.js';
import { parsePrefix } from '../../model/ip.js';
import { type Html, html, NOTHING, webLink } from '../html/html.js';
import { pageOf } from '../html/page.js';
import {
  countOpenings,
  FROM_UNDOCUMENTED,
  groundsOf,
  type NetworkPlan,
  OPTIONAL,
  planRows,
  portsOf,
  UNDOCUMENTED,
  waiting,
} from '../plan.js';

/** @param name the network, as the end of the title */
export function planPage(name: string, plan: NetworkPlan): string {
  const { openings, fromUndocumented, undeclaredRoles, catalog } = plan;
  const roles = declaredRoles([...openings, ...fromUndocumented]);
  const packs = new Set(
    [...openings, ...fromUndocumented].flatMap(({ requirements }) =>
      requirements.flatMap((requirement) => catalog.packOf(requirement) ?? []),
    ),
  );
  const undeclared = [...undeclaredRoles].map(
    ([role, requirements]) =>
      html`<li><strong>${role}</strong> (${catalog.roles.get(role) ?? ''}): ${waiting(requirements.length)}</li>`,
  );
  return pageOf(
    `Firewall plan of ${name}`,
    html`<p>${countOpenings(openings.length)}, between the roles that lintel.yaml declares and to documented addresses and hosts.
They are first packets: replies have to pass as well.</p>
<p><button type="button" data-copy="whole">Copy the whole plan</button> <span class="kind">as a table for a spreadsheet</span></p>
${roles.length > 0 ? html`<h2>Roles</h2><dl>${roles.map(([role, prefixes]) => html`<div><dt>${role}</dt><dd>${prefixes.join(', ')}</dd></div>`)}</dl>` : NOTHING}
${groups(openings)}
${fromUndocumented.length > 0 ? html`<h2>${FROM_UNDOCUMENTED}</h2>${table(fromUndocumented, FROM_UNDOCUMENTED)}` : NOTHING}
${undeclared.length > 0 ? html`<h2>Roles without an address</h2><ul>${undeclared}</ul>` : NOTHING}
<details data-key="whole plan"><summary>The whole plan as text</summary>
<pre id="whole" tabindex="0">${planRows(plan)
      .map((row) => row.map(plainCell).join('\t'))
      .join('\n')}</pre></details>
<footer><p>From:</p><ul>${[...packs].map(({ title, version }) => html`<li>${title}, ${version}</li>`)}</ul></footer>
<p id="said" class="unseen" role="status"></p>`,
  );
}

/** A cell that a spreadsheet takes for what it is: neither for several cells nor for a formula. */
function plainCell(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return /^[=+@-]/.test(line) ? `'${line}` : line;
}

function declaredRoles(openings: readonly Opening[]): readonly (readonly [string, readonly string[]])[] {
  const ends = openings.flatMap(({ from, to }) => [from, to]);
  const known = ends.flatMap(({ role, prefixes }) =>
    role !== undefined && prefixes.length > 0 ? [[role, prefixes] as const] : [],
  );
  return [...new Map(known)];
}

/** By who connects, and below by service. */
function groups(openings: readonly Opening[]): Html {
  const bySource = grouped(openings, ({ from }) => from.role ?? from.prefixes.join(', '));
  return html`${[...bySource].map(([source, own]) => {
    const services = grouped(own, ({ requirements: [first] }) => (first ? serviceTitleOf(first) : ''));
    return html`<h2>From ${source}</h2>
${[...services].map(([service, rows]) => html`<h3>${service}</h3>${table(rows, `${service}, from ${source}`)}`)}`;
  })}`;
}

function grouped(openings: readonly Opening[], keyOf: (opening: Opening) => string): ReadonlyMap<string, Opening[]> {
  const groups = new Map<string, Opening[]>();
  for (const opening of openings) {
    const key = keyOf(opening);
    addTo(groups, key, opening);
  }
  return groups;
}

const HEADS = ['protocol', 'ports', 'destination', 'why'] as const;

function table(openings: readonly Opening[], name: string): Html {
  return html`<table class="plan" role="table" aria-label="${name}">
<thead role="rowgroup"><tr role="row">${HEADS.map((head) => html`<th scope="col" role="columnheader">${head}</th>`)}</tr></thead>
<tbody role="rowgroup">
${openings.map(row)}</tbody>
</table>`;
}

function row(opening: Opening): Html {
  const { reasons, sources } = groundsOf(opening);
  const documents = sources.map(({ document, section, url, revision }) => {
    const name = section ? `${document}, ${section}` : document;
    return html`<br>${webLink(url, name)}${revision ? ` (${revision})` : ''}`;
  });
  const optional = isRequired(opening) ? NOTHING : html` <span class="kind">(${OPTIONAL})</span>`;
  return html`<tr role="row"><td role="cell">${opening.protocol.toUpperCase()}</td> <td role="cell">${portsOf(opening).replaceAll(',', ', ')}${optional}</td>
<td role="cell">${endOf(opening.to)}</td><td role="cell">${reasons.join(' ')}<span class="source">${documents}</span></td></tr>
`;
}

/** How many values are shown without folding them. */
const SHOWN = 3;

/** A role by its name; what a document lists, folded where it is long: `11 networks, 12 IPv6`. */
function endOf({ role, prefixes, hosts }: OpeningEnd): Html {
  if (role !== undefined) return html`<strong>${role}</strong>`;
  const values = [...prefixes, ...hosts];
  if (values.length === 0) return html`${UNDOCUMENTED}`;
  if (values.length <= SHOWN) return html`${values.join(', ')}`;
  return html`<details class="fold"><summary>${countText(prefixes, hosts)}</summary><pre tabindex="0">${values.join('\n')}</pre></details>`;
}

function countText(prefixes: readonly string[], hosts: readonly string[]): string {
  const newer = prefixes.filter((prefix) => parsePrefix(prefix)?.address.family === 6).length;
  const older = prefixes.length - newer;
  return [
    ...(older > 0 ? [count(older, 'network')] : []),
    ...(newer > 0 ? [older > 0 ? `${newer} IPv6` : count(newer, 'IPv6 network')] : []),
    ...(hosts.length > 0 ? [count(hosts.length, 'host')] : []),
  ].join(', ');
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
