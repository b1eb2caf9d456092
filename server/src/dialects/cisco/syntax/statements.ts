import { CONFLICT_MARKER, UNRESOLVED } from '../../../text/conflicts.js';
import type { PortFamily } from '../vocabulary/protocols-and-ports.js';
import { type Ace, type AceForm, readAce } from './ace.js';
import {
  type MaskForm,
  type MemberLine,
  readIcmpMember,
  readNetworkMember,
  readProtocolMember,
  readServiceMember,
} from './group-members.js';
import { isIndented, type Line, type Token, words } from './parse.js';
import { type LineProblem, type NameReference, prefixSet, problemAt, Words } from './words.js';

/** What a group collects. */
export type GroupKind = 'network' | 'service' | 'protocol' | 'icmp-type' | 'other';

/** The configuration mode that a line is read in: what a header line opened, or the top. */
export type Mode =
  | { readonly kind: 'top' }
  | { readonly kind: 'list'; readonly name: string; readonly form: AceForm }
  | {
      readonly kind: 'group';
      readonly name: string;
      readonly group: GroupKind;
      readonly masks: MaskForm;
      readonly family: PortFamily | undefined;
      /** `object` defines one thing, `object-group` several. */
      readonly object: boolean;
    }
  | { readonly kind: 'interface'; readonly name: string }
  /** Text up to a line with the delimiter. */
  | { readonly kind: 'banner'; readonly delimiter: string }
  /** A part of the configuration that filters nothing: its lines are not looked at. */
  | { readonly kind: 'section' };

export const TOP: Mode = { kind: 'top' };
const SECTION: Mode = { kind: 'section' };

/** Which of the two ways to write a mask a device uses where the line itself does not tell. */
export type Platform = 'router' | 'asa';

/** The list that a line names itself, in forms that need no header line. */
export interface ListName {
  readonly name: string;
  readonly token: Token;
  readonly form: AceForm;
  /** `line N` of the ASA: the place that the entry takes. */
  readonly position: number | undefined;
}

export type Statement =
  | { readonly kind: 'ace'; readonly ace: Ace; readonly list: ListName | undefined }
  | {
      readonly kind: 'remark';
      readonly list: ListName | undefined;
      readonly sequence: number | undefined;
    }
  | { readonly kind: 'evaluate'; readonly name: string; readonly sequence: number | undefined; readonly end: number }
  | { readonly kind: 'open-list'; readonly mode: Mode & { readonly kind: 'list' }; readonly token: Token }
  | { readonly kind: 'remove-list'; readonly name: string }
  | {
      readonly kind: 'remove-entry';
      readonly list: ListName | undefined;
      readonly sequence: number | undefined;
      readonly body: string;
    }
  | { readonly kind: 'resequence'; readonly name: string; readonly first: number; readonly step: number }
  | { readonly kind: 'open-group'; readonly mode: Mode & { readonly kind: 'group' }; readonly token: Token }
  | { readonly kind: 'member'; readonly line: MemberLine }
  | { readonly kind: 'alias'; readonly name: Token; readonly address: string }
  | { readonly kind: 'open-interface'; readonly mode: Mode & { readonly kind: 'interface' }; readonly token: Token }
  | InterfaceStatement
  | BindStatement
  /** The way of everything that no other route knows: an interface, or a neighbour's address. */
  | { readonly kind: 'default-route'; readonly targets: readonly string[] }
  | { readonly kind: 'same-security'; readonly between: 'inter-interface' | 'intra-interface' }
  /** Names lists for something that is no filter: NAT, a route map, a login. */
  | { readonly kind: 'use'; readonly references: readonly NameReference[] }
  | {
      readonly kind: 'unmodelled';
      readonly problem: LineProblem;
      /** Whose packets it may deny beside the lists. */
      readonly filters: 'nothing' | 'interface' | 'everything';
      readonly references: readonly NameReference[];
    }
  | { readonly kind: 'open-section'; readonly mode: Mode }
  | { readonly kind: 'nothing' };

/** A property of the interface whose section it stands in. */
export interface InterfaceStatement {
  readonly kind: 'nameif' | 'security-level' | 'shutdown' | 'nat' | 'zone-member' | 'inspect' | 'address';
  readonly value: string;
  readonly token: Token;
}

/** Puts a list in the way of packets. */
export interface BindStatement {
  readonly kind: 'bind';
  readonly list: Token;
  readonly direction: 'in' | 'out';
  readonly family: 4 | 6 | undefined;
  /** `undefined` for the interface whose section it stands in. */
  readonly interface: string | undefined;
  /** The ASA's rules for every interface. */
  readonly global: boolean;
  readonly remove: boolean;
}

const NOTHING: Statement = { kind: 'nothing' };

/** What a line says in one mode; a line is rarely read in a second one. */
class Known {
  constructor(
    readonly key: string,
    readonly statement: Statement,
  ) {}
}

/** What a line says in a mode. */
export function statementOf(line: Line, mode: Mode, platform: Platform): Statement {
  const key = keyOf(mode, platform);
  if (line.memo instanceof Known && line.memo.key === key) return line.memo.statement;
  const statement = read(line.raw, mode, platform);
  line.memo = new Known(key, statement);
  return statement;
}

function keyOf(mode: Mode, platform: Platform): string {
  switch (mode.kind) {
    case 'list':
      return mode.form;
    case 'group':
      return `${platform} ${mode.group} ${mode.masks} ${mode.family ?? ''}`;
    case 'banner':
      return `banner ${mode.delimiter}`;
    default:
      return `${platform} ${mode.kind}`;
  }
}

function read(raw: string, mode: Mode, platform: Platform): Statement {
  if (mode.kind === 'banner') {
    return raw.includes(mode.delimiter) ? { kind: 'open-section', mode: SECTION } : NOTHING;
  }
  const tokens = words(raw);
  const first = tokens[0];
  if (!first) return NOTHING;
  if (CONFLICT_MARKER.test(raw))
    return unmodelled({ ...problemAt(first, UNRESOLVED), end: raw.trimEnd().length }, 'nothing');
  // A group may list "ip", which also begins other statements.
  const header = mode.kind === 'group' && !isIndented(raw) ? readTop(tokens, raw, platform) : undefined;
  const own = header ?? readInMode(tokens, mode);
  if (own) return own;
  if (isIndented(raw) && mode.kind === 'list') return unknownEntry(first);
  // What is indented belongs to the section in front of it; scripts, though, leave the indentation of headers out or add it.
  if (isIndented(raw) && mode.kind === 'section') return uses(tokens) ?? NOTHING;
  return readTop(tokens, raw, platform) ?? uses(tokens) ?? leave(raw, mode);
}

function leave(raw: string, mode: Mode): Statement {
  // The lines of an interface are sometimes written without indentation.
  if (isIndented(raw) || mode.kind === 'section' || mode.kind === 'top' || mode.kind === 'interface') return NOTHING;
  return { kind: 'open-section', mode: SECTION };
}

function readInMode(tokens: readonly Token[], mode: Mode): Statement | undefined {
  switch (mode.kind) {
    case 'list':
      return readListLine(tokens, mode.form, undefined);
    case 'group': {
      const line = readMember(tokens, mode);
      return line && { kind: 'member', line };
    }
    case 'interface':
      return readInterfaceLine(tokens);
    default:
      return undefined;
  }
}

function readMember(tokens: readonly Token[], mode: Mode & { kind: 'group' }): MemberLine | undefined {
  switch (mode.group) {
    case 'network':
      return readNetworkMember(tokens, mode.masks);
    case 'service':
      return readServiceMember(tokens, mode.family);
    case 'protocol':
      return readProtocolMember(tokens);
    case 'icmp-type':
      return readIcmpMember(tokens);
    case 'other':
      return undefined;
  }
}

/** A line of an access list: an entry, a remark, a removal. */
function readListLine(tokens: readonly Token[], form: AceForm, list: ListName | undefined): Statement | undefined {
  const line = new Words(tokens);
  const negated = line.accept('no') !== undefined;
  if (form === 'ipv6') line.accept('sequence');
  const sequenceToken = /^\d{1,10}$/.test(line.keyword) ? line.take() : undefined;
  const sequence = sequenceToken && Number(sequenceToken.text);
  if (negated) {
    const body = line.rest().map(({ text }) => text);
    if (body.length === 0 && sequence === undefined) return undefined;
    if (body.length > 0 && !/^(?:permit|deny|remark|evaluate)$/i.test(body[0] ?? '')) return NOTHING;
    return { kind: 'remove-entry', list, sequence, body: body.join(' ') };
  }
  switch (line.keyword) {
    case 'permit':
    case 'deny': {
      const ace = readAce(line, form, sequenceToken);
      return ace && { kind: 'ace', ace, list };
    }
    case 'remark':
      return { kind: 'remark', list, sequence };
    case 'evaluate': {
      line.take();
      const name = line.take();
      return name && { kind: 'evaluate', name: name.text, sequence, end: name.end };
    }
    case 'statistics':
    case 'fragments':
    case 'ignore':
    case 'hardware':
    case 'description':
      return NOTHING;
    case 'exit':
      return { kind: 'open-section', mode: SECTION };
    default:
      return sequenceToken ? unknownEntry(line.next ?? sequenceToken) : undefined;
  }
}

function unknownEntry(token: Token): Statement {
  const message = `Lintel does not know '${token.text}' in an access list`;
  return unmodelled(problemAt(token, message, 'unmodelled-statement'), 'nothing');
}

function unmodelled(problem: LineProblem, filters: 'nothing' | 'everything'): Statement {
  return { kind: 'unmodelled', problem, filters, references: [] };
}

function readInterfaceLine(tokens: readonly Token[]): Statement | undefined {
  const line = new Words(tokens);
  const remove = line.accept('no') !== undefined;
  const property = (kind: InterfaceStatement['kind'], token: Token | undefined): Statement | undefined =>
    token && !remove ? { kind, value: token.text, token } : undefined;
  const first = line.keyword;
  const keyword = line.take();
  switch (first) {
    case 'nameif':
    case 'security-level':
      return property(first, line.take());
    case 'shutdown':
      return property(first, keyword);
    case 'zone-member':
      line.accept('security');
      return property('zone-member', line.take());
    case 'ip':
    case 'ipv4':
    case 'ipv6': {
      const port = line.accept('port');
      if (line.accept('access-group', 'traffic-filter')) return readBinding(line, first === 'ipv6' ? 6 : 4, remove);
      if (port) return NOTHING;
      if (line.accept('address')) {
        const mask = line.peek(1)?.text ?? '';
        return property('address', line.next && { ...line.next, text: `${line.next.text} ${mask}` });
      }
      if (line.accept('nat')) return line.rest().length === 1 ? property('nat', line.take()) : undefined;
      if (line.accept('inspect')) return property('inspect', line.take());
      return undefined;
    }
    default:
      return undefined;
  }
}

/** `NAME in|out`, of IOS XR `[common NAME] [NAME] ingress|egress`. */
function readBinding(line: Words, family: 4 | 6, remove: boolean): Statement | undefined {
  if (line.keyword === 'common') {
    const token = line.take() ?? line.last;
    const message = 'Lintel does not model lists that are common to several interfaces';
    const lists = line.rest().filter(({ text }) => !/^(?:in|e)gress$/.test(text));
    return {
      kind: 'unmodelled',
      problem: problemAt(token, message, 'unmodelled-statement'),
      filters: 'interface',
      references: lists.map((list) => ({ kind: 'access-list', name: list.text, token: list })),
    };
  }
  const list = line.take();
  const direction = line.accept('in', 'out', 'ingress', 'egress')?.text.toLowerCase();
  if (!list || direction === undefined) return undefined;
  return {
    kind: 'bind',
    list,
    direction: direction.startsWith('in') ? 'in' : 'out',
    family,
    interface: undefined,
    global: false,
    remove,
  };
}

function readTop(tokens: readonly Token[], raw: string, platform: Platform): Statement | undefined {
  const line = new Words(tokens);
  const remove = line.accept('no') !== undefined;
  const keyword = line.keyword;
  const head = line.take();
  switch (keyword) {
    case 'access-list':
      return readAccessList(line, remove, platform);
    case 'ip':
    case 'ipv4':
    case 'ipv6':
      if (line.accept('access-list')) return readListHeader(line, keyword, remove);
      return line.accept('route') && !remove ? readDefaultRoute(line.rest()) : undefined;
    case 'route': {
      const [name, ...rest] = line.rest();
      return name && !remove ? readDefaultRoute(rest, name.text) : undefined;
    }
    case 'object-group':
      return remove ? NOTHING : readGroupHeader(line);
    case 'object':
      return remove ? NOTHING : readObjectHeader(line);
    case 'interface': {
      const parts = line.rest();
      const [name] = parts;
      if (!name || remove) return NOTHING;
      const mode = { kind: 'interface', name: parts.map(({ text }) => text).join('') } as const;
      return { kind: 'open-interface', mode, token: name };
    }
    case 'access-group':
      return readAsaBinding(line, remove);
    case 'same-security-traffic': {
      line.accept('permit');
      const between = line.accept('inter-interface', 'intra-interface')?.text.toLowerCase();
      if (remove || !between) return NOTHING;
      return { kind: 'same-security', between: between === 'inter-interface' ? between : 'intra-interface' };
    }
    case 'name': {
      const [address, name] = [line.take(), line.take()];
      return address && name && prefixSet(address.text) ? { kind: 'alias', name, address: address.text } : undefined;
    }
    case 'banner':
      return openBanner(line, raw);
    case 'zone-pair':
      return head && unmodelled(problemAt(head, ZONES_UNMODELLED, 'unmodelled-statement'), 'nothing');
    case 'vlan':
      if (!head || remove || (line.keyword !== 'access-map' && line.keyword !== 'filter')) return undefined;
      return unmodelled(
        problemAt(head, 'Lintel does not model lists that filter inside a VLAN', 'unmodelled-statement'),
        line.keyword === 'filter' ? 'everything' : 'nothing',
      );
    case 'mac':
    case 'arp':
    case 'router':
    case 'route-map':
    case 'class-map':
    case 'policy-map':
    case 'crypto':
    case 'line':
    case 'end':
    case 'exit':
      return uses(tokens) ?? { kind: 'open-section', mode: SECTION };
    default:
      return undefined;
  }
}

/** `0.0.0.0 0.0.0.0 TARGET…`, `0 0 …` on the ASA, `0.0.0.0/0 …` and `::/0 …`. */
function readDefaultRoute(tokens: readonly Token[], name?: string): Statement | undefined {
  const [first, second] = tokens.map(({ text }) => text);
  const pair = (first === '0.0.0.0' || first === '0') && (second === '0.0.0.0' || second === '0');
  if (!pair && first !== '0.0.0.0/0' && first !== '::/0') return undefined;
  const targets = name === undefined ? tokens.slice(pair ? 2 : 1, pair ? 4 : 3).map(({ text }) => text) : [name];
  return { kind: 'default-route', targets };
}

const ZONES_UNMODELLED = 'Lintel does not model policies between security zones: verdicts there are undecided';

/** "banner motd ^C": everything up to the next delimiter is text for people. */
function openBanner(line: Words, raw: string): Statement {
  line.take();
  const text = line.next;
  if (!text) return NOTHING;
  const delimiter = text.text.startsWith('^C') ? '^C' : text.text.slice(0, 1);
  const closed = raw.indexOf(delimiter, text.start + delimiter.length) >= 0;
  // The ASA has no delimiter: every line of its banner begins with the command.
  if (closed || /^\w/.test(delimiter)) return { kind: 'open-section', mode: SECTION };
  return { kind: 'open-section', mode: { kind: 'banner', delimiter } };
}

/** *Cisco IOS Security Command Reference*, `access-list (IP standard)` and `access-list (IP extended)`. */
function formOfNumber(number: number): AceForm | undefined {
  if ((number >= 1 && number <= 99) || (number >= 1300 && number <= 1999)) return 'standard';
  if ((number >= 100 && number <= 199) || (number >= 2000 && number <= 2699)) return 'ipv4';
  return undefined;
}

function readAccessList(line: Words, remove: boolean, platform: Platform): Statement {
  const token = line.take();
  if (!token) return NOTHING;
  const name = token.text;
  const position = line.accept('line') ? Number(line.take()?.text) : undefined;
  const extended = line.accept('extended') !== undefined;
  // Lists for routing, web filters and other network layers are no packet filters.
  if (!extended && line.accept('standard', 'webtype', 'ethertype')) return NOTHING;
  const numbered = /^\d{1,4}$/.test(name) && platform === 'router' && !extended;
  const form = numbered ? formOfNumber(Number(name)) : 'asa';
  if (!form) return NOTHING;
  if (remove && !line.next) return { kind: 'remove-list', name };
  const list: ListName = { name, token, form, position: Number.isSafeInteger(position) ? position : undefined };
  const statement = readListLine(line.rest(), form, list);
  if (!statement) return NOTHING;
  if (!remove) return statement;
  return {
    kind: 'remove-entry',
    list,
    sequence: undefined,
    body: line
      .rest()
      .map(({ text }) => text)
      .join(' '),
  };
}

/** Words behind `ip access-list` that name no list. */
const LIST_COMMANDS: ReadonlySet<string> = new Set([
  'log-update',
  'logging',
  'persistent',
  'helper',
  'match-local-traffic',
  'cache',
]);

function readListHeader(line: Words, family: string, remove: boolean): Statement {
  if (line.keyword === 'resequence') {
    line.take();
    const [name, first, step] = [line.take(), line.take(), line.take()];
    if (!name) return NOTHING;
    return {
      kind: 'resequence',
      name: name.text,
      first: Number(first?.text ?? 10) || 10,
      step: Number(step?.text ?? 10) || 10,
    };
  }
  if (LIST_COMMANDS.has(line.keyword) && line.peek(1)) return NOTHING;
  // A list may itself be called "extended" or "standard".
  const type = line.peek(1) ? line.accept('extended', 'standard')?.text.toLowerCase() : undefined;
  const token = line.take();
  if (!token) return NOTHING;
  if (remove) return { kind: 'remove-list', name: token.text };
  const form: AceForm = family === 'ipv6' ? 'ipv6' : type === 'standard' ? 'standard' : 'ipv4';
  if (line.next) {
    // IOS XR writes whole entries in one line.
    const list: ListName = { name: token.text, token, form, position: undefined };
    const statement = readListLine(line.rest(), form, list);
    if (statement) return statement;
  }
  return { kind: 'open-list', mode: { kind: 'list', name: token.text, form }, token };
}

function readGroupHeader(line: Words): Statement {
  const type = line.keyword;
  line.take();
  let group: GroupKind = 'other';
  let masks: MaskForm = 'netmask';
  let family: PortFamily | undefined;
  if (type === 'network' || type === 'v6-network') {
    group = 'network';
    if (line.peek(1)) line.accept('ipv4', 'ipv6');
  } else if (type === 'ip' || type === 'ipv6') {
    // NX-OS: "object-group ip address", "object-group ip port", with wildcards.
    const what = line.take()?.text.toLowerCase();
    group = what === 'address' ? 'network' : what === 'port' ? 'service' : 'other';
    masks = 'wildcard';
  } else if (type === 'service' || type === 'v6-service' || type === 'port') group = 'service';
  else if (type === 'protocol' || type === 'icmp-type') group = type;
  const token = line.take();
  if (!token) return NOTHING;
  if (group === 'service') {
    const named = line.accept('tcp', 'udp', 'tcp-udp')?.text.toLowerCase();
    if (named) family = named === 'tcp' ? 'tcp' : named === 'udp' ? 'udp' : 'either';
  }
  const mode = { kind: 'group', name: token.text, group, masks, family, object: false } as const;
  return { kind: 'open-group', mode, token };
}

function readObjectHeader(line: Words): Statement {
  const type = line.accept('network', 'service')?.text.toLowerCase();
  const token = line.take();
  if (!token || !type) return { kind: 'open-section', mode: SECTION };
  const group = type === 'network' ? 'network' : 'service';
  return {
    kind: 'open-group',
    mode: { kind: 'group', name: token.text, group, masks: 'netmask', family: undefined, object: true },
    token,
  };
}

/** *Cisco ASA Series Command Reference*, `access-group`. */
function readAsaBinding(line: Words, remove: boolean): Statement {
  const list = line.take();
  if (!list) return NOTHING;
  const base = { kind: 'bind', list, family: undefined, remove } as const;
  if (line.accept('global')) return { ...base, direction: 'in', interface: undefined, global: true };
  const direction = line.accept('in', 'out')?.text.toLowerCase() === 'out' ? 'out' : 'in';
  line.accept('interface');
  const name = line.take();
  // "control-plane" filters what is sent to the device itself.
  if (!name || line.keyword === 'control-plane') return NOTHING;
  return { ...base, direction, interface: name.text, global: false };
}

/** Words in front of the name of an access list, wherever they stand. */
const USE_WORDS: ReadonlySet<string> = new Set([
  'access-class',
  'access-group',
  'access-list',
  'address',
  'distribute-list',
  'filter-list',
  'list',
  'traffic-filter',
  'value',
  'vpn-filter',
]);

/** Words that may stand between such a word and the name. */
const USE_FILLERS: ReadonlySet<string> = new Set(['name', 'ip', 'ipv4', 'ipv6', 'prefix', 'value']);

/** The lists that a line of another purpose may name. */
function uses(tokens: readonly Token[]): Statement | undefined {
  const references: NameReference[] = [];
  tokens.forEach((token, i) => {
    if (!USE_WORDS.has(token.text.toLowerCase())) return;
    let at = i + 1;
    while (USE_FILLERS.has(tokens[at]?.text.toLowerCase() ?? '')) at++;
    // `match ip address A B C`: several may follow.
    for (let next = tokens[at]; next; next = tokens[++at]) {
      references.push({ kind: 'access-list', name: next.text, token: next });
      if (token.text.toLowerCase() !== 'address') break;
    }
  });
  return references.length === 0 ? undefined : { kind: 'use', references };
}
