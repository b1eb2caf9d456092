// Reads a line as a statement of the mode in which it is entered.
import { CONFLICT_MARKER, UNRESOLVED } from '../../../text/conflicts.js';
import { readObjectNat } from './asa-nat.js';
import { Cursor, problemAt } from './cursor.js';
import { readMember } from './group-members.js';
import { readInterfaceLine } from './interface-lines.js';
import { readListLine, unknownEntry } from './list-lines.js';
import { readListUses } from './list-uses.js';
import { readPlainEntry } from './plain-entry.js';
import { readQosLine } from './qos-lines.js';
import { readRouteLine } from './routes.js';
import { isIndented, tokensOf } from './tokens.js';
import { readTopLevel } from './top-level.js';
import {
  type Line,
  type MemberLine,
  type Mode,
  NOTHING,
  type Platform,
  SECTION,
  type Statement,
  type Token,
} from './tree.js';
import { readZoneLine } from './zone-lines.js';

/** The statement of a line in a mode. */
export function statementOf(line: Line, mode: Mode, platform: Platform): Statement {
  return line.statementIn(
    readingKey(mode, platform),
    () => readPlainEntry(line.raw, mode, platform) ?? readStatement(line.raw, mode, platform),
  );
}

/** Equal for modes in which lines are read alike. */
function readingKey(mode: Mode, platform: Platform): string {
  switch (mode.kind) {
    case 'list':
      return mode.form;
    case 'top':
      // Kept with each line of a long list: one text for all.
      return platform === 'asa' ? 'asa top' : 'router top';
    case 'group':
      return `${platform} ${mode.object} ${mode.group} ${mode.masks} ${mode.family ?? ''}`;
    case 'banner':
      return `banner ${mode.delimiter}`;
    default:
      return `${platform} ${mode.kind}`;
  }
}

/** The general reader: what {@link readPlainEntry} makes of a line is the same. */
export function readStatement(raw: string, mode: Mode, platform: Platform): Statement {
  if (mode.kind === 'banner') {
    return raw.includes(mode.delimiter) ? { kind: 'open-section', mode: SECTION } : NOTHING;
  }
  const tokens = tokensOf(raw);
  const first = tokens[0];
  if (!first) return NOTHING;
  if (CONFLICT_MARKER.test(raw)) {
    const problem = { ...problemAt(first, UNRESOLVED), end: raw.trimEnd().length };
    return { kind: 'unmodelled', problem, filters: 'nothing', references: [] };
  }
  const indented = isIndented(raw);
  // A group may list "ip", which also begins other statements, and a list may be removed behind its own entries.
  const mayBeHeader = mode.kind === 'group' || (mode.kind === 'list' && first.text.toLowerCase() === 'no');
  const header = mayBeHeader && !indented ? readTopLevel(tokens, raw, platform) : undefined;
  const own = header ?? readInMode(tokens, mode, platform);
  if (own) return own;
  if (indented && mode.kind === 'list') return unknownEntry(first, mode.form);
  // Indented lines belong to the section before them; generated files, however, may omit or add indentation of headers.
  if (indented && isSection(mode)) return readListUses(tokens) ?? NOTHING;
  const top = readTopLevel(tokens, raw, platform);
  if (top?.kind === 'unmodelled' && ends(mode, indented)) return { ...top, opens: SECTION };
  return top ?? readListUses(tokens) ?? endOf(mode, indented);
}

/** Whether a line of other statements ends a list or a group. The lines of an interface are sometimes written without indentation. */
function ends({ kind }: Mode, indented: boolean): boolean {
  return !indented && (kind === 'list' || kind === 'group');
}

/** An unknown line: without indentation, it ends a list or a group. */
function endOf(mode: Mode, indented: boolean): Statement {
  return ends(mode, indented) ? { kind: 'open-section', mode: SECTION } : NOTHING;
}

/** Whether most lines of the mode have no effect. */
function isSection({ kind }: Mode): boolean {
  return kind === 'section' || kind === 'qos-class-map' || kind === 'qos-policy-map';
}

/** `no MEMBER`, or `no NUMBER` of NX-OS. Other lines with `no` change no member. */
function removalOf([first, more]: readonly Token[], line: MemberLine | undefined): Statement | undefined {
  if (line?.member) return { kind: 'remove-member', member: line.member };
  return first && !more && /^\d+$/.test(first.text) ? { kind: 'remove-member', member: undefined } : undefined;
}

function readInMode(tokens: readonly Token[], mode: Mode, platform: Platform): Statement | undefined {
  switch (mode.kind) {
    case 'list':
      return readListLine(tokens, mode.form);
    case 'group': {
      if (mode.object && mode.group === 'network' && tokens[0]?.text.toLowerCase() === 'nat') {
        return readObjectNat(new Cursor(tokens));
      }
      const isRemoved = tokens[0]?.text.toLowerCase() === 'no';
      const line = readMember(isRemoved ? tokens.slice(1) : tokens, mode);
      if (isRemoved) return removalOf(tokens.slice(1), line);
      return line && { kind: 'member', line };
    }
    case 'interface':
      return readInterfaceLine(tokens);
    case 'vrf':
      return readRouteLine(tokens);
    case 'zone':
    case 'zone-pair':
    case 'class-map':
    case 'policy-map':
    case 'policy-class':
      return readZoneLine(tokens, mode.kind);
    case 'qos-class-map':
    case 'qos-policy-map':
      return readQosLine(tokens, mode.kind, platform);
    default:
      return undefined;
  }
}
