// Proposals that add hosts to existing acls.

import type { FileEdit } from '../../../text/edit.js';
import type { Candidate } from '../../dialect.js';
import type { Acl, AclLine } from '../program/acls.js';
import { listWords } from '../program/list-files.js';
import { locationOf } from '../program/program.js';
import { type Rule, rulesOf } from '../program/rules.js';
import { readDomain } from '../syntax/domains.js';
import { aclKey } from '../syntax/tree.js';
import { after, linesAtEnd, textOf } from './edits.js';
import { covers, hostValues } from './host-values.js';
import { LINE_WIDTH } from './new-acls.js';
import type { FixTask } from './task.js';

/** Adds the hosts to an acl that a rule with the wanted action already uses, before the rule `limit`. */
export function extendRuleBefore(
  task: FixTask,
  limit: Rule | undefined,
  { list, action }: { readonly list: string; readonly action: string },
): Candidate[] {
  const rules = [...rulesOf(task.program, list)];
  const end = limit ? rules.findIndex(({ line }) => line === limit.line) : rules.length;
  const candidates: Candidate[] = [];
  const tried = new Set<Acl>();
  for (const { line } of rules.slice(0, end)) {
    if (line.statement.action.text !== action) continue;
    for (const { name, negated } of line.statement.references) {
      const acl = task.program.acls.get(aclKey(name));
      if (!acl || negated || tried.has(acl)) continue;
      tried.add(acl);
      for (const { domains, expressions } of hostValues(task.change.hosts)) {
        if (expressions.length > 0) continue;
        const edits = extendAcl(task, acl, domains);
        if (edits) candidates.push({ place: `in the acl '${acl.name}'`, edits });
      }
    }
  }
  return candidates;
}

/**
 * The edits that add domains to an acl. Values that a new one covers are replaced by it, because squid rejects or
 * ignores values that overlap. `undefined` where the acl has nothing in common with what it would get.
 */
function extendAcl(task: FixTask, acl: Acl, domains: readonly string[]): FileEdit[] | undefined {
  if (acl.type.values !== 'domains' || acl.hasBuiltInLine) return undefined;
  const listed = acl.lines.find(({ line }) => line.statement.file);
  if (listed) return extendList(task, acl, listed, domains);
  const placed = acl.lines.flatMap((aclLine) => aclLine.line.statement.values.map((token) => ({ aclLine, token })));
  const values = placed.map(({ token }) => token.text);
  if (!isRelated(task, acl, values, domains)) return undefined;
  const edits: FileEdit[] = [];
  const missing: string[] = [];
  for (const domain of domains) {
    const value = readDomain(domain);
    if (placed.some(({ token }) => covers(readDomain(token.text), value))) continue;
    const [covered, ...others] = placed.filter(({ token }) => covers(value, readDomain(token.text)));
    // One covered value is replaced by the new one; where it covers several, a new acl is simpler than many edits.
    if (others.length > 0) return undefined;
    if (covered) edits.push({ ...locationOf(task.program, covered.aclLine, covered.token), newText: domain });
    else missing.push(domain);
  }
  if (missing.length > 0) {
    const edit = appendValues(task, acl, missing);
    if (!edit) return undefined;
    edits.push(edit);
  }
  return edits.length > 0 ? edits : undefined;
}

/** Whether an acl is for the same service: its name has the label of the change, or it lists hosts of the same domains. */
function isRelated({ change }: FixTask, acl: Acl, values: readonly string[], domains: readonly string[]): boolean {
  if (acl.key.includes(change.label.toLowerCase())) return true;
  const bases = new Set(values.map((value) => baseOf(readDomain(value).name)));
  return domains.every((domain) => bases.has(baseOf(readDomain(domain).name)));
}

/** The last two labels, which hosts of the same owner usually share. */
function baseOf(name: string): string {
  return name.split('.').slice(-2).join('.');
}

function appendValues(task: FixTask, acl: Acl, values: readonly string[]): FileEdit | undefined {
  const last = acl.lines[acl.lines.length - 1];
  const token = last?.line.statement.values.at(-1);
  if (!last || !token) return undefined;
  const joined = values.join(' ');
  const oneByOne = acl.lines.length > 1 && acl.lines.every(({ line }) => line.statement.values.length === 1);
  if (!oneByOne && token.end + 1 + joined.length <= LINE_WIDTH) {
    return { ...locationOf(task.program, last, { start: token.end, end: token.end }), newText: ` ${joined}` };
  }
  const head = `acl ${last.line.statement.name.text} ${last.line.statement.typeToken.text}`;
  return after(task, last, oneByOne ? values.map((value) => `${head} ${value}`) : [`${head} ${joined}`]);
}

/** The edits that add lines to the list file of an acl. */
function extendList(task: FixTask, acl: Acl, { line }: AclLine, domains: readonly string[]): FileEdit[] | undefined {
  const source = task.program.configuration.files.load(line.statement.file?.path ?? '');
  if (typeof source === 'string') return undefined;
  const text = textOf(task, source.uri) ?? source.text;
  const known = listWords(text);
  if (!isRelated(task, acl, known, domains)) return undefined;
  const values = known.map(readDomain);
  const missing = domains.filter((domain) => !values.some((value) => covers(value, readDomain(domain))));
  // With a value in the list that a new one covers, squid would reject the file.
  if (missing.length === 0 || missing.some((domain) => values.some((value) => covers(readDomain(domain), value)))) {
    return undefined;
  }
  return [linesAtEnd({ uri: source.uri, text }, missing)];
}
