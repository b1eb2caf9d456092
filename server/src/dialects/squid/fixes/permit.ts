import { IntervalSet } from '../../../model/intervals.js';
import type { FileEdit } from '../../../text/edit.js';
import { lineEndOf } from '../../../text/edit.js';
import type { Candidate, Change, Document, ProxyChange, Sources } from '../../dialect.js';
import { programOf } from '../document.js';
import { asksLogin } from '../meaning/login.js';
import { portsOf } from '../program/acl-content.js';
import { listenersFor } from '../program/listeners.js';
import { type Acl, rulesOf as listedRules, type Program, type Rule } from '../program/program.js';
import { aclKey, placeOf, type Segment } from '../program/segments.js';
import type { SquidTree } from '../syntax/parse.js';
import { extendAcl } from './extend-acl.js';
import { type HostValues, hostValues } from './host-values.js';

/** Proposals for a change, best first, each in the idiom of the file. */
export function emit(document: Document<SquidTree>, change: Change, sources: Sources): readonly Candidate[] {
  const file: File = { document, program: programOf(document), sources };
  switch (change.goal) {
    case 'permit':
      return permit(file, change);
    case 'no-decrypt':
      return noDecrypt(file, change);
    case 'no-login':
      return noLogin(file, change);
    default:
      return [];
  }
}

/** A document with what is needed to write into it and into the files that it includes. */
export interface File {
  readonly document: Document<SquidTree>;
  readonly program: Program;
  readonly sources: Sources;
}

export function textOf({ document, sources }: File, uri: string): string | undefined {
  if (uri === document.source.uri) return document.source.text;
  const source = sources.read(uri);
  return typeof source === 'string' ? undefined : source.text;
}

function rulesOf({ program }: File, list: string): Rule[] {
  return [...listedRules(program, list)];
}

function segmentOf({ program }: File, rule: Rule): Segment {
  const segment = program.segments[rule.segment];
  if (!segment) throw new RangeError('a rule of another program');
  return segment;
}

/** The first rule of a list among the statements that stand against the change; one that denies before any other. */
function decider(file: File, list: string, change: ProxyChange): Rule | undefined {
  const against = rulesOf(file, list).filter((rule) => {
    const place = placeOf(segmentOf(file, rule), rule.entry);
    return change.decidedBy.some(({ uri, range }) => uri === place.uri && range.start === place.range.start);
  });
  return against.find(({ entry }) => entry.statement.action.text === 'deny') ?? against[0];
}

/** How many pairs of an access rule and an exception from decryption are proposed. */
const PAIR_LIMIT = 24;

/**
 * Lets hosts through: past the access rules where these deny, and past the `ssl_bump` rules where these close the
 * connection. What would be decrypted once it is let through is, as a second choice, left encrypted as well.
 */
function permit(file: File, change: ProxyChange): Candidate[] {
  const terminated = decider(file, 'ssl_bump', change) !== undefined;
  const denied = !terminated || decider(file, 'http_access', change) !== undefined;
  const portChoices = denied ? [undefined] : [undefined, portAcl(file, change)];
  const splices = splice(file, { ...change, goal: 'no-decrypt' }, 'Splice %', portChoices);
  if (!denied) return splices;
  const accesses = permitAccess(file, change);
  const pairs = accesses.flatMap((one, i) => splices.map((other, k) => ({ one, other, rank: i + k })));
  pairs.sort((a, b) => a.rank - b.rank);
  const both = pairs.slice(0, PAIR_LIMIT).map(({ one, other }) => ({
    title: `${one.title}; ${other.title.slice(0, 1).toLowerCase()}${other.title.slice(1)}`,
    edits: [...one.edits, ...other.edits],
  }));
  return terminated ? both : [...accesses, ...both];
}

function permitAccess(file: File, change: ProxyChange): Candidate[] {
  const rule = decider(file, 'http_access', change);
  const portEdits = rule ? extendPorts(file, rule, change) : [];
  const candidates: Candidate[] = [];
  if (portEdits.length > 0) candidates.push({ title: `Add the port to ${portAclNames(file, rule)}`, edits: portEdits });
  candidates.push(...extendExisting(file, 'http_access', 'allow', rule, change));
  for (const values of hostValues(change.hosts)) {
    for (const { lines, limits } of allowChoices(file, change, values, rule)) {
      const edit = rule ? beside(file, rule, lines) : atEnd(file, lines);
      if (edit) candidates.push({ title: titleOf('Allow %', change, rule, file, limits), edits: [...portEdits, edit] });
    }
  }
  return candidates;
}

function noLogin(file: File, change: ProxyChange): Candidate[] {
  const rule = decider(file, 'http_access', change);
  if (!rule) return [];
  const candidates: Candidate[] = [...extendExisting(file, 'http_access', 'allow', rule, change)];
  for (const values of hostValues(change.hosts)) {
    if (rule.entry.statement.action.text === 'deny') {
      const exempt = exemptFromDenial(file, rule, change, values);
      if (exempt) candidates.push(exempt);
    }
    for (const { lines, limits } of allowChoices(file, change, values, rule)) {
      const edit = before(file, rule, lines);
      if (edit)
        candidates.push({ title: titleOf('Allow % without a login', change, rule, file, limits), edits: [edit] });
    }
  }
  return candidates;
}

function noDecrypt(file: File, change: ProxyChange): Candidate[] {
  return splice(file, change, 'Do not decrypt %', [undefined]);
}

/**
 * Rules that pass TLS on as it is, each limited to one of the choices of ports. `%` in `phrase` stands for the hosts.
 */
function splice(
  file: File,
  change: ProxyChange,
  phrase: string,
  portChoices: readonly (NewAcl | undefined)[],
): Candidate[] {
  const rule = decider(file, 'ssl_bump', change);
  const candidates: Candidate[] = [...extendExisting(file, 'ssl_bump', 'splice', rule, change)];
  const rules = rulesOf(file, 'ssl_bump');
  const firstDecrypting = rules.find(({ entry }) =>
    /^(stare|bump|client-first|server-first)$/.test(entry.statement.action.text),
  );
  const places = [rule, firstDecrypting, rules[0]].filter((place) => place !== undefined);
  const intercepts = listenersFor(file.program, 'https')?.some(({ mode }) => mode === 'intercept') ?? false;
  const peeks = rules.some(({ entry }) => entry.statement.action.text === 'peek');
  for (const values of hostValues(change.hosts)) {
    for (const place of new Set(places)) {
      for (const ports of portChoices) {
        const rulesFor = newAcls(file, change, values, SERVER_NAME).flatMap(({ name, lines }) => [
          ...lines,
          `ssl_bump splice ${name}${ports ? ` ${ports.name}` : ''}`,
        ]);
        const lines = [...(ports?.lines ?? []), ...rulesFor];
        const title = titleOf(phrase, change, place, file, limitOf(ports));
        const plain = before(file, place, lines);
        // An intercepted connection has no name before its client hello was read.
        const peeking = !peeks && before(file, place, [...peekLines(file), ...lines]);
        const edits = intercepts ? [peeking || plain] : [plain, peeking];
        for (const edit of edits) if (edit) candidates.push({ title, edits: [edit] });
      }
    }
  }
  return candidates;
}

function limitOf(ports: NewAcl | undefined): string {
  return ports ? ` on the ports of ${ports.name}` : '';
}

function peekLines(file: File): string[] {
  const step1 = [...file.program.acls.values()].find(
    ({ type, lines }) =>
      type.name === 'at_step' &&
      lines.length === 1 &&
      lines[0]?.entry.statement.values.map(({ text }) => text.toLowerCase()).join(' ') === 'sslbump1',
  );
  if (step1) return [`ssl_bump peek ${step1.name}`];
  const name = freshName(file, 'step1');
  return [`acl ${name} at_step SslBump1`, `ssl_bump peek ${name}`];
}

/** `%` in `phrase` stands for the hosts. */
function titleOf(phrase: string, change: ProxyChange, rule: Rule | undefined, file: File, limits = ''): string {
  const side = change.goal === 'permit' && rule?.entry.statement.action.text === 'allow' ? 'after' : 'in front of';
  const where = rule ? `, ${side} '${placeOf(segmentOf(file, rule), rule.entry).text}'` : '';
  const [first = '', ...others] = change.hosts;
  const hosts = others.length > 0 ? `${first} and ${others.length} more` : first;
  return `${phrase.replace('%', () => hosts)}${limits}${where}`;
}

/** The acl types that take domain values and expressions. */
interface AclTypePair {
  readonly domains: string;
  readonly expressions: string;
}

const URL_HOST: AclTypePair = { domains: 'dstdomain', expressions: 'dstdom_regex' };
const SERVER_NAME: AclTypePair = { domains: 'ssl::server_name', expressions: 'ssl::server_name_regex' };

interface NewAcl {
  readonly name: string;
  readonly lines: readonly string[];
}

const NAME_ENDINGS: Readonly<Record<ProxyChange['goal'], string>> = {
  permit: 'hosts',
  bypass: 'hosts',
  'no-decrypt': 'not_decrypted',
  'no-login': 'without_login',
};

function newAcls(file: File, change: ProxyChange, values: HostValues, types: AclTypePair): NewAcl[] {
  const base = `${change.label.replace(/[^A-Za-z0-9_]+/g, '_')}_${NAME_ENDINGS[change.goal]}`;
  const acls: NewAcl[] = [];
  if (values.domains.length > 0) {
    const name = freshName(file, base);
    acls.push({ name, lines: wrapped(`acl ${name} ${types.domains}`, values.domains) });
  }
  if (values.expressions.length > 0) {
    const name = freshName(file, `${base}_regex`);
    acls.push({ name, lines: wrapped(`acl ${name} ${types.expressions}`, values.expressions) });
  }
  return acls;
}

/** A name that no acl has; names of acls have at most 63 characters. */
function freshName({ program }: File, base: string): string {
  const short = base.slice(0, 58);
  let name = short;
  for (let i = 2; program.acls.has(aclKey(name)); i++) name = `${short}_${i}`;
  return name;
}

const LINE_WIDTH = 100;

function wrapped(head: string, values: readonly string[]): string[] {
  const lines: string[] = [];
  let line = head;
  for (const value of values) {
    if (line !== head && line.length + 1 + value.length > LINE_WIDTH) {
      lines.push(line);
      line = head;
    }
    line += ` ${value}`;
  }
  return [...lines, line];
}

interface AllowChoice {
  readonly lines: readonly string[];
  /** Whom and what the rules are for, as a part of a title. */
  readonly limits: string;
}

/** Allow rules for the hosts, the most usual form first: restricted to the clients of the file, and to the ports. */
function allowChoices(file: File, change: ProxyChange, values: HostValues, rule: Rule | undefined): AllowChoice[] {
  return clientChoices(file, rule).flatMap((clients) =>
    [undefined, portAcl(file, change)].map((ports) => ({
      lines: allowLines(file, change, values, clients, ports),
      limits: `${clients === undefined ? '' : ` for ${clients}`}${limitOf(ports)}`,
    })),
  );
}

function allowLines(
  file: File,
  change: ProxyChange,
  values: HostValues,
  clients: string | undefined,
  ports: NewAcl | undefined,
): string[] {
  const from = clients === undefined ? '' : `${clients} `;
  const to = ports ? ` ${ports.name}` : '';
  const rules = newAcls(file, change, values, URL_HOST).flatMap(({ name, lines }) => [
    ...lines,
    `http_access allow ${from}${name}${to}`,
  ]);
  return [...(ports?.lines ?? []), ...rules];
}

/** An acl for exactly the ports that are needed: one of the file where it has one. */
function portAcl(file: File, change: ProxyChange): NewAcl {
  const ports = change.ports.length > 0 ? change.ports : WEB_PORTS;
  const wanted = IntervalSet.of(...ports.map((port) => [port, port] as const));
  for (const acl of file.program.acls.values()) {
    if (acl.type.name !== 'port') continue;
    const { value, unknown } = portsOf(acl, file.program);
    if (unknown === undefined && value.equals(wanted)) return { name: acl.name, lines: [] };
  }
  const web = ports.length === 2 && ports.every((port) => WEB_PORTS.includes(port));
  const name = freshName(file, web ? 'web_ports' : `${change.label.replace(/[^A-Za-z0-9_]+/g, '_')}_ports`);
  return { name, lines: [`acl ${name} port ${ports.join(' ')}`] };
}

const WEB_PORTS: readonly number[] = [80, 443];

/**
 * Whom to allow: the clients that the deciding rule is about, then those that the file's allow rules name most, and at
 * last everyone.
 */
function clientChoices(file: File, rule: Rule | undefined): (string | undefined)[] {
  const own = rule?.entry.statement.action.text === 'allow' ? clientAcls(file, rule) : [];
  const uses = new Map<string, number>();
  for (const other of rulesOf(file, 'http_access')) {
    if (other.entry.statement.action.text !== 'allow') continue;
    for (const name of clientAcls(file, other)) uses.set(name, (uses.get(name) ?? 0) + 1);
  }
  const [most] = [...uses].sort((a, b) => b[1] - a[1]);
  const choices = [...(own.length > 0 ? [own.join(' ')] : []), ...(most ? [most[0]] : [])];
  return [...new Set<string | undefined>([...choices, undefined])];
}

/** The acls on client addresses that a rule asks for. */
function clientAcls(file: File, { entry }: Rule): string[] {
  return entry.statement.references.flatMap(({ name, negated }) => {
    const acl = file.program.acls.get(aclKey(name));
    if (negated || acl?.type.name !== 'src' || acl.key === 'all' || acl.key === 'localhost') return [];
    return [acl.name];
  });
}

/** Writes the hosts into an acl that an earlier rule with the wanted action uses already. */
function extendExisting(
  file: File,
  list: string,
  action: string,
  limit: Rule | undefined,
  change: ProxyChange,
): Candidate[] {
  const rules = rulesOf(file, list);
  const end = limit ? rules.findIndex(({ entry }) => entry === limit.entry) : rules.length;
  const candidates: Candidate[] = [];
  const tried = new Set<Acl>();
  for (const { entry } of rules.slice(0, end)) {
    if (entry.statement.action.text !== action) continue;
    for (const { name, negated } of entry.statement.references) {
      const acl = file.program.acls.get(aclKey(name));
      if (!acl || negated || tried.has(acl)) continue;
      tried.add(acl);
      for (const { domains, expressions } of hostValues(change.hosts)) {
        if (expressions.length > 0) continue;
        const edits = extendAcl(file, acl, domains, change.label);
        if (edits) candidates.push({ title: `Add to the acl '${acl.name}': ${domains.join(' ')}`, edits });
      }
    }
  }
  return candidates;
}

/** `deny !users` becomes `deny !exempt !users`: an acl in front of the login keeps it from being asked for. */
function exemptFromDenial(file: File, rule: Rule, change: ProxyChange, values: HostValues): Candidate | undefined {
  const { references, action } = rule.entry.statement;
  const asks = references.some(({ name }) => {
    const acl = file.program.acls.get(aclKey(name));
    return acl !== undefined && asksLogin(file.program, acl);
  });
  if (!asks) return undefined;
  const acls = newAcls(file, change, values, URL_HOST);
  const definition = before(
    file,
    rule,
    acls.flatMap(({ lines }) => lines),
  );
  if (!definition) return undefined;
  const { uri, start } = segmentOf(file, rule);
  const offset = start + rule.entry.offset + action.end;
  const exemption = {
    uri,
    range: { start: offset, end: offset },
    newText: acls.map(({ name }) => ` !${name}`).join(''),
  };
  return { title: titleOf('Exempt % from the login', change, undefined, file), edits: [definition, exemption] };
}

/** New values for the port acls whose absence lets a rule deny the port. */
function extendPorts(file: File, rule: Rule, change: ProxyChange): FileEdit[] {
  return lackingPorts(file, rule, change).flatMap(({ acl, ports }) => {
    const last = acl.lines[acl.lines.length - 1];
    const segment = last && file.program.segments[last.segment];
    if (!last || !segment || segment.uri === '') return [];
    const edit = after(
      file,
      { segment: last.segment, entry: last.entry },
      wrapped(`acl ${acl.name} port`, ports.map(String)),
    );
    return edit ? [edit] : [];
  });
}

function lackingPorts(file: File, rule: Rule, change: ProxyChange): { acl: Acl; ports: number[] }[] {
  if (rule.entry.statement.action.text !== 'deny') return [];
  return rule.entry.statement.references.flatMap(({ name, negated }) => {
    const acl = file.program.acls.get(aclKey(name));
    if (!negated || acl?.type.name !== 'port') return [];
    const { value } = portsOf(acl, file.program);
    const ports = change.ports.filter((port) => !value.has(port));
    return ports.length > 0 ? [{ acl, ports }] : [];
  });
}

function portAclNames(file: File, rule: Rule | undefined): string {
  const names = rule?.entry.statement.references.flatMap(({ name, negated }) =>
    negated && file.program.acls.get(aclKey(name))?.type.name === 'port' ? [`'${name}'`] : [],
  );
  return (names ?? []).join(' and ');
}

/** Lines in front of a rule that decides; behind it where it is the last of a list whose opposite applies. */
function beside(file: File, rule: Rule, lines: readonly string[]): FileEdit | undefined {
  return rule.entry.statement.action.text === 'allow' ? after(file, rule, lines) : before(file, rule, lines);
}

type Anchor = Pick<Rule, 'segment'> & {
  readonly entry: { readonly offset: number; readonly line: { readonly raw: string } };
};

/** How many comment lines above a rule are taken to belong to it. */
const COMMENT_LIMIT = 20;

function before(file: File, anchor: Anchor, lines: readonly string[]): FileEdit | undefined {
  const segment = file.program.segments[anchor.segment];
  const text = segment && textOf(file, segment.uri);
  if (!segment || text === undefined) return undefined;
  const lineStart = segment.start + anchor.entry.offset;
  const indentation = /^[ \t]*/.exec(anchor.entry.line.raw)?.[0] ?? '';
  let start = lineStart;
  for (let i = 0; i < COMMENT_LIMIT && start > 0; i++) {
    const previous = text.lastIndexOf('\n', start - 2) + 1;
    if (!/^[ \t]*#/.test(text.slice(previous, start))) break;
    start = previous;
  }
  // A comment block at the very start of a file is about the file.
  if (start === 0) start = lineStart;
  const end = lineEndOf(text);
  return {
    uri: segment.uri,
    range: { start, end: start },
    newText: lines.map((line) => indentation + line + end).join(''),
  };
}

export function after(file: File, anchor: Anchor, lines: readonly string[]): FileEdit | undefined {
  const segment = file.program.segments[anchor.segment];
  const text = segment && textOf(file, segment.uri);
  if (!segment || text === undefined) return undefined;
  const offset = segment.start + anchor.entry.offset + anchor.entry.line.raw.length;
  const indentation = /^[ \t]*/.exec(anchor.entry.line.raw)?.[0] ?? '';
  const end = lineEndOf(text);
  const closed = anchor.entry.line.raw.endsWith('\n');
  const body = lines.map((line) => indentation + line).join(end);
  return { uri: segment.uri, range: { start: offset, end: offset }, newText: closed ? body + end : end + body };
}

/** Lines at the end of the main file. */
function atEnd(file: File, lines: readonly string[]): FileEdit {
  const { text, uri } = file.document.source;
  const end = lineEndOf(text);
  const gap = text === '' || text.endsWith('\n') ? '' : end;
  return {
    uri,
    range: { start: text.length, end: text.length },
    newText: gap + lines.map((line) => line + end).join(''),
  };
}
