import { type FileEdit, lineEndOf } from '../../../text/edit.js';
import { listWords } from '../program/acl-content.js';
import type { Acl, AclLine } from '../program/program.js';
import { locate } from '../program/segments.js';
import { readDomain } from '../syntax/domains.js';
import { covers } from './host-values.js';
import type { File } from './permit.js';
import { after, textOf } from './permit.js';

/** How long a line may become before a new value gets a line of its own. */
const LINE_WIDTH = 100;

/**
 * The edits that add domains to an acl. Values that a new one covers are replaced by it, because squid refuses or
 * ignores values that overlap. `undefined` where the acl has nothing in common with what it would get.
 */
export function extendAcl(file: File, acl: Acl, domains: readonly string[], label: string): FileEdit[] | undefined {
  if (acl.type.values !== 'domains' || acl.lines.some(({ segment }) => file.program.segments[segment]?.uri === '')) {
    return undefined;
  }
  const listed = acl.lines.find(({ entry }) => entry.statement.file);
  if (listed) return extendList(file, acl, listed, domains, label);
  const placed = acl.lines.flatMap((line) => line.entry.statement.values.map((token) => ({ line, token })));
  if (
    !isRelated(
      acl,
      placed.map(({ token }) => token.text),
      domains,
      label,
    )
  )
    return undefined;
  const edits: FileEdit[] = [];
  const missing: string[] = [];
  for (const domain of domains) {
    const value = readDomain(domain);
    if (placed.some(({ token }) => covers(readDomain(token.text), value))) continue;
    const [covered, ...others] = placed.filter(({ token }) => covers(value, readDomain(token.text)));
    // One covered value makes room for the new one; of further ones the smallest edit would be less plain than a new acl.
    if (others.length > 0) return undefined;
    const segment = covered && file.program.segments[covered.line.segment];
    if (covered && segment) edits.push({ ...locate(segment, covered.line.entry, covered.token), newText: domain });
    else missing.push(domain);
  }
  if (missing.length > 0) {
    const edit = appendValues(file, acl, missing);
    if (!edit) return undefined;
    edits.push(edit);
  }
  return edits.length > 0 ? edits : undefined;
}

/** An acl is for the same thing if it is called so, or lists hosts of the same domains. */
function isRelated(acl: Acl, values: readonly string[], domains: readonly string[], label: string): boolean {
  if (acl.key.includes(label.toLowerCase())) return true;
  const bases = new Set(values.map((value) => baseOf(readDomain(value).name)));
  return domains.every((domain) => bases.has(baseOf(readDomain(domain).name)));
}

/** The last two labels: enough to tell that two hosts have the same owner. */
function baseOf(name: string): string {
  return name.split('.').slice(-2).join('.');
}

function appendValues(file: File, acl: Acl, values: readonly string[]): FileEdit | undefined {
  const last = acl.lines[acl.lines.length - 1];
  const segment = last && file.program.segments[last.segment];
  const token = last?.entry.statement.values.at(-1);
  if (!last || !segment || !token) return undefined;
  const joined = values.join(' ');
  const oneByOne = acl.lines.length > 1 && acl.lines.every(({ entry }) => entry.statement.values.length === 1);
  if (!oneByOne && token.end + 1 + joined.length <= LINE_WIDTH) {
    const { uri, range } = locate(segment, last.entry, { start: token.end, end: token.end });
    return { uri, range, newText: ` ${joined}` };
  }
  const head = `acl ${last.entry.statement.name.text} ${last.entry.statement.typeToken.text}`;
  return after(file, last, oneByOne ? values.map((value) => `${head} ${value}`) : [`${head} ${joined}`]);
}

/** Adds lines to the list file of an acl. */
function extendList(
  file: File,
  acl: Acl,
  line: AclLine,
  domains: readonly string[],
  label: string,
): FileEdit[] | undefined {
  const source = file.program.configuration.listFile(line.entry.statement.file?.path ?? '');
  if (typeof source === 'string') return undefined;
  const text = textOf(file, source.uri) ?? source.text;
  const known = listWords(text);
  if (!isRelated(acl, known, domains, label)) return undefined;
  const values = known.map(readDomain);
  const missing = domains.filter((domain) => !values.some((value) => covers(value, readDomain(domain))));
  // A value in the list that a new one covers would make squid refuse the file.
  if (missing.length === 0 || missing.some((domain) => values.some((value) => covers(readDomain(domain), value)))) {
    return undefined;
  }
  const end = lineEndOf(text);
  const gap = text === '' || text.endsWith('\n') ? '' : end;
  const newText = gap + missing.map((domain) => domain + end).join('');
  return [{ uri: source.uri, range: { start: text.length, end: text.length }, newText }];
}
