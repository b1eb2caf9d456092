// The coverage of files as a page: the matrix of services and files, what each cell is made of, and the picture of the way.

import {
  type CoverageFile,
  type CoverageFix,
  type CoverageStatement,
  type CoverageStatus,
  type CoverageVerdict,
  STATUS_ORDER,
} from '../../../../shared/coverage.js';
import { type Html, html, NOTHING, webLink } from '../html/html.js';
import { pageOf } from '../html/page.js';
import { namedSign, signOf } from '../html/signs.js';
import { metText, restText, type Tally, tallyOf } from './tally.js';
import { servicesOf, wayPicture, waysOf } from './way-picture.js';

/** Where the links of a page lead to; nowhere in a file that is handed on. */
export interface PageLinks {
  lineHref?(statement: CoverageStatement): string;
  /** Shows the fixes at a line. */
  fixHref?(statement: CoverageStatement): string;
}

/** @param name what the files are, as the end of the title: `edge.nft`, `examples` */
export function coveragePage(name: string, named: readonly CoverageFile[], links: PageLinks = {}): string {
  const title = `Coverage of ${name}`;
  const files = withinCommonFolder(named);
  if (files.length === 0) return pageOf(title, html`<p>No file is checked here.</p>`);
  const services = servicesOf(files);
  const all = tallyOf(files.flatMap(({ verdicts }) => verdicts));
  const packs = [...new Set(files.flatMap((file) => file.packs))];
  return pageOf(
    title,
    html`<p class="summary">${namedCounts(all)}</p>
${services.length > 0 ? matrix(files, services, links) : html`<p>Nothing that is required is decided here.</p>`}
${waysSection(files)}
${undecidedHere(files)}
<footer>
<p>Checked against:</p>
<ul>${packs.map((pack) => html`<li>${pack}</li>`)}</ul>
</footer>
<p id="said" class="unseen" role="status"></p>`,
  );
}

/** The files with paths from the folder that holds them all. */
function withinCommonFolder(files: readonly CoverageFile[]): readonly CoverageFile[] {
  const [first, ...others] = files.map(({ path }) => path.slice(0, path.lastIndexOf('/') + 1));
  if (first === undefined || others.length === 0) return files;
  let folder = first;
  while (!others.every((other) => other.startsWith(folder)))
    folder = folder.slice(0, folder.lastIndexOf('/', folder.length - 2) + 1);
  const within = (path: string) => (path.startsWith(folder) ? path.slice(folder.length) : path);
  return files.map((file) => ({
    ...file,
    path: within(file.path),
    verdicts: file.verdicts.map((verdict) => ({
      ...verdict,
      decidedBy: verdict.decidedBy.map((statement) => ({ ...statement, path: within(statement.path) })),
    })),
  }));
}

function namedCounts({ counts }: Tally): Html {
  const shown = STATUS_ORDER.filter((status) => status !== 'not-applicable' && counts.get(status));
  if (shown.length === 0) return html`No requirement is decided.`;
  return html`${shown.map(
    (status) => html`<span class="chip ${status}"><b>${counts.get(status)}</b> ${namedSign(status)}</span> `,
  )}`;
}

// The matrix. Its roles are said, because in a narrow window it is no table to look at, and has to stay one for a screen reader.

function matrix(files: readonly CoverageFile[], services: readonly string[], links: PageLinks): Html {
  const heads = files.map(
    (file) =>
      html`<th scope="col" role="columnheader">${fileLink(file, links)}<small>${file.language}${file.point === undefined ? '' : `, ${file.point}`}</small></th>`,
  );
  const rows = services.map((service, row) => {
    const cells = files.map((file, column) => cell(file, service, `c${row}-${column}`));
    const details = files.map((file, column) => detail(file, service, { id: `c${row}-${column}`, files, links }));
    return html`<tr role="row"><th scope="row" role="rowheader">${service}</th>${cells}</tr>
<tr role="row" class="more"><td role="cell" colspan="${files.length + 1}">${details}</td></tr>`;
  });
  return html`<h2 id="verdicts">Verdicts</h2>
<table class="matrix" role="table" aria-labelledby="verdicts">
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">service</th>${heads}</tr></thead>
<tbody role="rowgroup">
${rows}
</tbody>
</table>`;
}

function fileLink(file: CoverageFile, { lineHref }: PageLinks): Html {
  const start = { uri: file.uri, path: file.path, line: 1, text: '' };
  return lineHref ? html`<a href="${lineHref(start)}">${file.path}</a>` : html`${file.path}`;
}

function own(file: CoverageFile, service: string): readonly CoverageVerdict[] {
  return file.verdicts.filter((verdict) => verdict.service === service && verdict.status !== 'not-applicable');
}

function cell(file: CoverageFile, service: string, id: string): Html {
  const tally = tallyOf(own(file, service));
  const { worst } = tally;
  const where = html`<span class="where">${file.path}</span>`;
  if (tally.decided === 0) {
    return html`<td role="cell" class="cell none">${where}${signOf(worst)}<span class="unseen">not decided here</span></td>`;
  }
  const rest = restText(tally);
  return html`<td role="cell" class="cell ${worst}">${where}<a href="#${id}">${signOf(worst)} ${metText(tally)}<small>${rest}</small><span class="unseen"> by ${file.path} for ${service}: show why</span></a></td>`;
}

interface DetailContext {
  readonly id: string;
  readonly files: readonly CoverageFile[];
  readonly links: PageLinks;
}

/** What a cell is made of, below its row. In the page of one file, what is not met stands open. */
function detail(file: CoverageFile, service: string, { id, files, links }: DetailContext): Html {
  const verdicts = own(file, service);
  if (verdicts.length === 0) return NOTHING;
  const tally = tallyOf(verdicts);
  const rest = restText(tally);
  const isOpen = files.length === 1 && tally.worst !== 'met';
  const groups = STATUS_ORDER.flatMap((status) => {
    const these = verdicts.filter((verdict) => verdict.status === status);
    return these.length > 0 ? [group(status, these, { key: `${file.path} ${service}`, links })] : [];
  });
  return html`<details class="opened" data-key="${file.path} ${service}"${isOpen ? html` open` : NOTHING}>
<summary>${signOf(tally.worst)} ${service} in ${file.path}: ${metText(tally)}${rest ? `, ${rest}` : ''}</summary>
<div id="${id}" class="detail">${groups}${fixes(verdicts, links)}</div>
</details>
`;
}

/** What is met is folded: who opens a cell looks for what is not. */
function group(
  status: CoverageStatus,
  verdicts: readonly CoverageVerdict[],
  { key, links }: { readonly key: string; readonly links: PageLinks },
): Html {
  const items = html`<ul class="verdicts">${verdicts.map((verdict) => item(status, verdict, links))}</ul>`;
  if (status !== 'met') return items;
  return html`<details data-key="met ${key}"><summary>${signOf(status)} ${verdicts.length} met</summary>${items}</details>`;
}

function item(status: CoverageStatus, verdict: CoverageVerdict, links: PageLinks): Html {
  const { title, kind, remark, decidedBy, document, requirement, required, category } = verdict;
  const more = [...(category ? [category] : []), ...(required ? [] : ['optional'])]
    .map((word) => ` · ${word}`)
    .join('');
  return html`<li class="verdict ${status}">${namedSign(status)} <span class="title">${title}</span>
${remark ? html`<p>${status === 'partial' || status === 'blocked' ? 'Missing: ' : ''}${remark}</p>` : NOTHING}
${statements(decidedBy, links)}
<p class="source">${webLink(document.url, document.title)} · ${requirement}${more} · ${kind}</p></li>
`;
}

/** How many of the statements that decided are shown: the first matters most. */
const STATEMENT_LIMIT = 5;

function statements(decidedBy: readonly CoverageStatement[], links: PageLinks): Html {
  if (decidedBy.length === 0) return NOTHING;
  const more = decidedBy.length - STATEMENT_LIMIT;
  const shown = decidedBy.slice(0, STATEMENT_LIMIT).map((one) => statementLine(one, links));
  return html`<ul class="lines">${shown}${more > 0 ? html`<li>and ${more} more</li>` : NOTHING}</ul>`;
}

function statementLine(statement: CoverageStatement, links: PageLinks): Html {
  return html`<li>${placeLink(statement, links)} <code>${statement.text}</code></li>`;
}

/** A line of a file, as a link where there is something to open it. */
export function placeLink(statement: CoverageStatement, { lineHref }: PageLinks): Html {
  const name = statement.line > 0 ? `${statement.path}, line ${statement.line}` : statement.path;
  return lineHref ? html`<a href="${lineHref(statement)}">${name}</a>` : html`<span class="place">${name}</span>`;
}

/** How many lines of one fix are shown. */
const LINE_LIMIT = 20;

/** The edits that are offered for some verdicts, each once. */
function fixes(verdicts: readonly CoverageVerdict[], { fixHref }: PageLinks): Html {
  const offered = new Map<string, { readonly fix: CoverageFix; readonly at: CoverageStatement | undefined }>();
  for (const verdict of verdicts) {
    for (const fix of verdict.fixes) {
      const key = [fix.title, ...fix.lines].join('\n');
      if (!offered.has(key)) offered.set(key, { fix, at: verdict.decidedBy[0] });
    }
  }
  if (offered.size === 0) return NOTHING;
  return html`<h3>What would meet it</h3>
<ul class="fixes">${[...offered.values()].map(({ fix, at }) => {
    const title = fixHref && at ? html`<a href="${fixHref(at)}">${fix.title}</a>` : html`${fix.title}`;
    const shown = fix.lines.slice(0, LINE_LIMIT);
    const more = fix.lines.length - shown.length;
    const text = [...shown, ...(more > 0 ? [`… and ${more} more lines`] : [])].join('\n');
    return html`<li>${title}${shown.length > 0 ? html`<pre tabindex="0">${text}</pre>` : NOTHING}</li>`;
  })}</ul>`;
}

// The way

function waysSection(files: readonly CoverageFile[]): Html {
  const ways = waysOf(files).filter(({ services }) => services.length > 0);
  if (ways.length === 0) return NOTHING;
  return html`<h2>The way</h2>
<p>From each role through its files to the services: PAC file, proxy, packet filter. A link is broken where the file behind it refuses something that is required.</p>
${ways.map(wayPicture)}`;
}

/** What no file here decides, so that nobody takes it for met. */
function undecidedHere(files: readonly CoverageFile[]): Html {
  const decided = new Set(
    files.flatMap(({ verdicts }) =>
      verdicts.flatMap((one) => (one.status === 'not-applicable' ? [] : [one.requirement])),
    ),
  );
  const open = new Map<string, CoverageVerdict>();
  for (const { verdicts } of files)
    for (const verdict of verdicts) if (!decided.has(verdict.requirement)) open.set(verdict.requirement, verdict);
  if (open.size === 0) return NOTHING;
  const rows = [...open.values()].map(
    ({ service, title, kind, remark }) => html`<li>${service}: ${title} (${kind})${remark ? `: ${remark}` : ''}</li>`,
  );
  return html`<details data-key="not decided"><summary>${signOf('not-applicable')} ${open.size} that no file here decides</summary>
<ul>${rows}</ul></details>`;
}
