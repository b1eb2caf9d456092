import {
  INVOCATION_LIMIT,
  type Invocation,
  type Script,
  type ScriptProblem,
  type Value,
  type VariableUse,
} from './invocation.js';
import { readNetshArguments } from './netsh.js';

/** Reads a batch file: `netsh` lines, `set NAME=value`, and loops over literal lists. */
export function readBatch(text: string): Script {
  const invocations: Invocation[] = [];
  const problems: ScriptProblem[] = [];
  const variables: VariableUse[] = [];
  const values = new Map<string, string>();
  const blocks: string[] = [];
  for (const { start, end } of logicalLines(text)) {
    const line = text.slice(start, end);
    const around = [...blocks];
    followBlocks(line, blocks);
    if (/^\s*@?(?:rem\b|::)/i.test(line)) continue;
    const set = /^\s*@?set\s+"?(\w+)=([^"\r\n]*)"?\s*$/i.exec(line);
    if (set?.[1] !== undefined) {
      // Under a condition the variable may keep another value.
      if (around.length > 0) values.delete(set[1].toLowerCase());
      else values.set(set[1].toLowerCase(), (set[2] ?? '').trim());
      continue;
    }
    const at = line.search(/\bnetsh(?:\.exe)?"?\s+advfirewall\b/i);
    if (at < 0) {
      if (/(?:New|Set)-Net(?:Firewall|IPsec)(?:Rule|Profile)/i.test(line)) {
        const message = 'Lintel does not follow PowerShell inside a batch file';
        problems.push({ code: 'unmodelled-statement', range: { start, end }, message });
      }
      continue;
    }
    const loop = /^\s*@?for\s+%%?(\w)\s+in\s+\(([^)]*)\)\s+do\s/i.exec(line);
    const prefix = line.slice(loop?.[0].length ?? 0, at).trim();
    const plain = /^[@(]*$/.test(prefix) || (/[&(]$/.test(prefix) && !CONTROL.test(prefix));
    const condition = plain ? around : [...around, prefix];
    const items = loop ? (loop[2] ?? '').split(/[\s,;]+/).filter(Boolean) : [''];
    const commandStart = start + at;
    const stop = commandEnd(text, commandStart, end);
    for (const item of items) {
      if (invocations.length >= INVOCATION_LIMIT) break;
      const expand = (written: string): Value => expandVariables(written, values, loop?.[1], item);
      const netshEnd = commandStart + (/^netsh(?:\.exe)?"?/i.exec(text.slice(commandStart, stop))?.[0].length ?? 5);
      const netsh = readNetshArguments(text, netshEnd, stop, expand, '^');
      if (!netsh) continue;
      const range = { start: commandStart, end: commandStart + text.slice(commandStart, stop).trimEnd().length };
      const commandRange = { start: commandStart, end: netsh.nameEnd };
      invocations.push({ ...netsh, range, commandRange, conditions: condition, unknown: [], input: undefined });
    }
  }
  for (const match of text.matchAll(/%(\w+)%/g)) {
    const [whole, name = ''] = match;
    variables.push({
      name: name.toLowerCase(),
      range: { start: match.index, end: match.index + whole.length },
      role: 'reference',
    });
  }
  for (const match of text.matchAll(/^[ \t]*@?set[ \t]+"?(\w+)=/gim)) {
    const [whole, name = ''] = match;
    const end = match.index + whole.length - 1;
    variables.push({ name: name.toLowerCase(), range: { start: end - name.length, end }, role: 'definition' });
  }
  return { language: 'batch', invocations, problems, variables, complete: invocations.length < INVOCATION_LIMIT };
}

/** How a line begins whose commands run under a condition, or several times. */
const CONTROL = /^[\s@()]*(?:if|else|for)\b/i;

/** How deep blocks are followed. */
const DEPTH_LIMIT = 64;

/** Keeps the conditions of the blocks in parentheses that are open behind a line. */
function followBlocks(line: string, blocks: string[]): void {
  let depth = 0;
  let quoted = false;
  for (const unit of line) {
    if (unit === '"') quoted = !quoted;
    else if (!quoted && unit === '(') depth++;
    else if (!quoted && unit === ')') depth--;
  }
  if (depth < 0) blocks.length = Math.max(0, blocks.length + depth);
  else if (depth > 0 && CONTROL.test(line) && blocks.length < DEPTH_LIMIT) blocks.push(line.trim().slice(0, 120));
}

/** Lines, joined where a caret ends them. */
function logicalLines(text: string): { start: number; end: number }[] {
  const lines: { start: number; end: number }[] = [];
  let start = 0;
  let from = 0;
  while (from <= text.length) {
    const feed = text.indexOf('\n', from);
    const stop = feed < 0 ? text.length : feed;
    const content = text.slice(from, stop).trimEnd();
    const joins = content.endsWith('^') && feed >= 0;
    from = stop + 1;
    if (joins) continue;
    if (stop > start) lines.push({ start, end: stop });
    start = from;
    if (feed < 0) break;
  }
  return lines;
}

/** Where a command ends: at `&`, `|` or `>` outside of quotes. */
function commandEnd(text: string, start: number, end: number): number {
  let quoted = false;
  for (let at = start; at < end; at++) {
    const unit = text[at];
    if (unit === '"') quoted = !quoted;
    else if (!quoted && (unit === '&' || unit === '|' || unit === '>' || unit === ')')) return at;
  }
  return end;
}

function expandVariables(
  text: string,
  values: ReadonlyMap<string, string>,
  loop: string | undefined,
  item: string,
): Value {
  let sure = true;
  const expanded = text
    .replace(/%%~?(\w)/g, (whole, name: string) => {
      if (name !== loop) sure = false;
      return name === loop ? item : whole;
    })
    .replace(/%(?:~\w*|\*|\d(?!\w*%))/g, (whole) => {
      // An argument of the script.
      sure = false;
      return whole;
    })
    .replace(/[%!](\w+)[%!]/g, (whole, name: string) => {
      const value = values.get(name.toLowerCase());
      if (value === undefined) sure = false;
      return value ?? whole;
    });
  return sure ? { kind: 'text', text: expanded } : { kind: 'unknown', text };
}
