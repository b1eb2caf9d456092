// Reads the lines of a zone-based policy firewall: zones, zone pairs, class maps and policy maps of type inspect.
import { IntervalSet } from '../../../model/intervals.js';
import type { PortSet } from '../../../model/ports.js';
import type { LineProblem } from '../../shared/line-problem.js';
import { CLASS_MAP, POLICY_CLASS, POLICY_MAP, ZONE, ZONE_PAIR } from '../vocabulary/commands.js';
import { Cursor, problemAt, referenceTo } from './cursor.js';
import { unmodelled } from './statement-problems.js';
import {
  type ClassAction,
  type ClassCriterion,
  type Mode,
  type NameReference,
  NOTHING,
  type PortMap,
  type Statement,
  TOP,
  type Token,
  type ZoneLine,
  type ZoneModeKind,
  type ZoneNameKind,
  type ZoneStatement,
} from './tree.js';

/** Modes are compared by identity. */
const MODES: Readonly<Record<ZoneModeKind, Mode>> = {
  zone: { kind: 'zone' },
  'zone-pair': { kind: 'zone-pair' },
  'class-map': { kind: 'class-map' },
  'policy-map': { kind: 'policy-map' },
  'policy-class': { kind: 'policy-class' },
};

/** Reads a top-level command after its keywords; `undefined` where its name is missing. */
export function readZoneHeader(
  cursor: Cursor,
  reads: 'zone' | 'zone pair' | 'traffic class' | 'policy' | 'port map',
  remove: boolean,
): Statement | undefined {
  const match = cursor.last.text.toLowerCase() === 'match-any' ? 'any' : 'all';
  const name = cursor.take();
  if (!name) return undefined;
  switch (reads) {
    case 'zone':
      return statement({ kind: 'zone', name, remove }, { opens: opened('zone', remove) });
    case 'zone pair':
      return remove ? statement({ kind: 'no-zone-pair', name }, { opens: TOP }) : readPair(cursor, name);
    case 'traffic class':
      return statement({ kind: 'class-map', name, match, remove }, { opens: opened('class-map', remove) });
    case 'policy':
      return statement({ kind: 'policy-map', name, remove }, { opens: opened('policy-map', remove) });
    case 'port map':
      return readPortMap(cursor, name, remove);
  }
}

function opened(kind: ZoneModeKind, remove: boolean): Mode {
  return remove ? TOP : MODES[kind];
}

/** Reads a line of one of the modes; `undefined` where it is none. */
export function readZoneLine(tokens: readonly Token[], mode: ZoneModeKind): Statement | undefined {
  const cursor = new Cursor(tokens);
  const remove = cursor.accept('no') !== undefined;
  switch (mode) {
    case 'zone': {
      const command = cursor.acceptCommand(ZONE, remove);
      if (command?.reads !== 'members') return command && simple(command.reads, TOP);
      return unmodelled(cursor.last, 'Lintel does not model zones of whole VPNs', { filters: 'everything' });
    }
    case 'zone-pair': {
      const command = cursor.acceptCommand(ZONE_PAIR, remove);
      if (command?.reads !== 'policy') return command && simple(command.reads, TOP);
      return named(cursor, 'policy-map', (name) => ({ kind: 'policy', name, remove }));
    }
    case 'class-map':
      return readCriterion(cursor, remove);
    case 'policy-map':
      return readClass(cursor, remove);
    case 'policy-class':
      return readAction(cursor, remove) ?? readClass(new Cursor(remove ? tokens.slice(1) : tokens), remove);
  }
}

/** `zone-member security NAME` of an interface. */
export function readMember(cursor: Cursor, remove: boolean): Statement | undefined {
  return named(cursor, 'zone', (zone) => ({ kind: 'member', zone, remove }));
}

function statement(line: ZoneLine, more: Partial<Omit<ZoneStatement, 'kind' | 'line'>> = {}): ZoneStatement {
  return { kind: 'zones', line, opens: undefined, references: [], problems: [], ...more };
}

function simple(reads: string | undefined, outer: Mode): Statement {
  return reads === 'end' ? statement({ kind: 'end' }, { opens: outer }) : NOTHING;
}

/** A line that ends with a name. */
function named(
  cursor: Cursor,
  kind: ZoneNameKind,
  make: (name: string) => ZoneLine,
  opens?: Mode,
): Statement | undefined {
  const token = cursor.take();
  return token && statement(make(token.text), { opens, references: [referenceTo(kind, token)] });
}

/**
 * *Cisco IOS Security Command Reference*, `zone-pair security`: `NAME source ZONE destination ZONE`, where each is a name,
 * `self` or `default`.
 */
function readPair(cursor: Cursor, name: Token): Statement {
  let [source, destination]: (Token | undefined)[] = [];
  for (let side = cursor.accept('source', 'destination'); side; side = cursor.accept('source', 'destination')) {
    const zone = cursor.take();
    if (side.text.toLowerCase() === 'source') source = zone;
    else destination = zone;
  }
  const references = [source, destination].flatMap((zone) => (zone ? [referenceTo('zone', zone)] : []));
  if (!source || !destination) {
    const missing = source ? 'destination' : 'source';
    return statement(
      { kind: 'end' },
      { opens: MODES['zone-pair'], references, problems: [cursor.invalid(missing, cursor.next)] },
    );
  }
  const line: ZoneLine = { kind: 'zone-pair', name, source: source.text, destination: destination.text };
  return statement(line, { opens: MODES['zone-pair'], references });
}

function readCriterion(cursor: Cursor, remove: boolean): Statement | undefined {
  const text = cursor.restText();
  const first = cursor.next;
  const command = cursor.acceptCommand(CLASS_MAP, remove);
  const criterion = (
    found: ClassCriterion,
    references: readonly NameReference[],
    problems: readonly LineProblem[] = [],
  ) => statement({ kind: 'criterion', criterion: found, text, remove }, { references, problems });
  const reads = command?.reads;
  switch (reads) {
    case 'list':
    case 'class': {
      const token = cursor.take();
      const kind = reads === 'list' ? 'access-list' : 'class-map';
      return token && criterion({ kind: reads, name: token.text }, [referenceTo(kind, token)]);
    }
    case 'protocol': {
      const token = cursor.take();
      // `signature` and the like look at the content.
      if (!token || cursor.next) return criterion({ kind: 'unknown' }, [], unknownCriterion(token ?? first));
      return criterion({ kind: 'protocol', name: token.text }, []);
    }
    case 'unknown':
      return criterion({ kind: 'unknown' }, [], unknownCriterion(first));
    case 'end':
    case 'nothing':
      return simple(reads, TOP);
    case undefined:
      return undefined;
  }
}

function unknownCriterion(token: Token | undefined): readonly LineProblem[] {
  return token ? [problemAt(token, 'Lintel does not model this condition of a class', 'unmodelled-statement')] : [];
}

function readClass(cursor: Cursor, remove: boolean): Statement | undefined {
  const first = cursor.next;
  const text = cursor.restText();
  const command = cursor.acceptCommand(POLICY_MAP, remove);
  const opens = remove ? MODES['policy-map'] : MODES['policy-class'];
  switch (command?.reads) {
    case 'class': {
      const found = named(cursor, 'class-map', (name) => ({ kind: 'class', name, remove }), opens);
      return found && !cursor.next ? found : rejectedClass(first, text, remove);
    }
    case 'default class':
      return statement({ kind: 'class', name: undefined, remove }, { opens });
    case 'end':
      return simple('end', TOP);
    case 'nothing':
      return NOTHING;
    case undefined:
      return first?.text.toLowerCase() === 'class' ? rejectedClass(first, text, remove) : undefined;
  }
}

/** A class that the device refuses or that is of another kind, so that nothing is known of it: no class map has its name. */
function rejectedClass(first: Token | undefined, text: string, remove: boolean): Statement | undefined {
  if (!first || remove) return undefined;
  const message = 'Lintel does not know this class: verdicts of the policy are undecided';
  const problems = [problemAt(first, message, 'unmodelled-statement')];
  return statement({ kind: 'class', name: `${text} (rejected)`, remove }, { opens: MODES['policy-class'], problems });
}

function readAction(cursor: Cursor, remove: boolean): Statement | undefined {
  const first = cursor.next;
  const command = cursor.acceptCommand(POLICY_CLASS, remove);
  const action = (kind: ClassAction, problems: readonly LineProblem[] = []) =>
    statement({ kind: 'action', action: kind, remove }, { problems });
  switch (command?.reads) {
    case 'inspect':
    case 'pass':
    case 'drop':
      return action(command.reads);
    case 'deep': {
      const message = 'Lintel does not model the inspection of content: verdicts there are undecided';
      return action('deep', first ? [problemAt(first, message, 'unmodelled-statement')] : []);
    }
    case 'nothing':
      return NOTHING;
    case undefined:
      // In commands that were typed, `exit` leads back to the policy map.
      return first?.text.toLowerCase() === 'exit'
        ? statement({ kind: 'end' }, { opens: MODES['policy-map'] })
        : undefined;
  }
}

/**
 * *Cisco IOS Security Command Reference*, `ip port-map`: `APPLICATION port [tcp | udp] {PORT… | from PORT to PORT}
 * [list LIST] [description TEXT]`.
 */
function readPortMap(cursor: Cursor, name: Token, remove: boolean): Statement {
  cursor.accept('port');
  const written = cursor.accept('tcp', 'udp')?.text.toLowerCase();
  const family = written === 'tcp' || written === 'udp' ? written : undefined;
  let ports: PortSet = IntervalSet.empty();
  let limited = false;
  const references: NameReference[] = [];
  for (let token = cursor.take(); token; token = cursor.take()) {
    const word = token.text.toLowerCase();
    if (word === 'list') {
      const list = cursor.take();
      limited = true;
      if (list) references.push(referenceTo('access-list', list));
    } else if (word === 'description') cursor.skipRest();
    else ports = ports.union(word === 'from' ? portRange(cursor) : onePort(word));
  }
  const map: PortMap = { application: name.text.toLowerCase(), family, ports, limited };
  return statement({ kind: 'port-map', remove, ...map }, { opens: TOP, references });
}

function portRange(cursor: Cursor): PortSet {
  const low = Number(cursor.take()?.text);
  cursor.accept('to');
  const high = Number(cursor.take()?.text);
  return low <= high && high <= 65535 ? IntervalSet.range(low, high) : IntervalSet.empty();
}

function onePort(word: string): PortSet {
  const port = /^\d{1,5}$/.test(word) ? Number(word) : -1;
  return port >= 0 && port <= 65535 ? IntervalSet.range(port, port) : IntervalSet.empty();
}
