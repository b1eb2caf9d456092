// Reads the lines of the interface mode.
import { INTERFACE } from '../vocabulary/commands.js';
import { Cursor, referenceTo } from './cursor.js';
import { readListUses } from './list-uses.js';
import { readAttachment } from './qos-lines.js';
import { unmodelled } from './statement-problems.js';
import { type InterfaceProperty, NOTHING, type Statement, type Token } from './tree.js';
import { readMember } from './zone-lines.js';

/** `undefined` for an unknown line of an interface. */
export function readInterfaceLine(tokens: readonly Token[]): Statement | undefined {
  const cursor = new Cursor(tokens);
  const remove = cursor.accept('no') !== undefined;
  const family = cursor.keyword === 'ipv6' ? 6 : 4;
  const command = cursor.acceptCommand(INTERFACE, remove);
  switch (command?.reads) {
    case 'nameif':
    case 'security-level':
    case 'zone-member':
    case 'inspect':
      return property(command.reads, cursor.take()?.text);
    case 'security zone':
      return readMember(cursor, remove);
    case 'vrf':
      return property('vrf', cursor.take()?.text);
    case 'shutdown':
    case 'no shutdown':
    case 'management':
      return property(command.reads, '');
    case 'nat':
      // With more words it is a translation rule.
      return cursor.peek(1) ? undefined : property('nat', cursor.take()?.text);
    case 'address':
      return cursor.next && property('address', `${cursor.next.text} ${cursor.peek(1)?.text ?? ''}`);
    case 'filter':
      return remove ? NOTHING : unmodelled(cursor.last, NOT_MODELLED, { filters: 'interface' });
    case 'filter of what comes in':
      // "The map applies only to traffic arriving on the interface" (*Cisco IOS in a Nutshell*, `ip policy route-map`).
      return remove ? NOTHING : unmodelled(cursor.last, NOT_MODELLED, { filters: 'interface', direction: 'in' });
    case 'encryption':
      // With a number it is an entry of a map, which begins a section.
      return /^\d/.test(cursor.peek(1)?.text ?? '') ? undefined : NOTHING;
    case 'uses of lists':
      return readListUses(tokens) ?? NOTHING;
    case 'common lists':
      return readCommonLists(cursor);
    case 'binding':
      return readBinding(cursor, family, remove);
    case 'policy of traffic':
      return readAttachment(cursor, remove);
    case undefined:
      return command && NOTHING;
  }
}

const NOT_MODELLED = 'Lintel does not model this: it may stop packets of the interface, or lead them elsewhere';

function property(kind: InterfaceProperty['kind'], value: string | undefined): InterfaceProperty | undefined {
  return value === undefined ? undefined : { kind, value };
}

/** `NAME in|out`, of IOS XR `NAME ingress|egress`. */
function readBinding(cursor: Cursor, family: 4 | 6, remove: boolean): Statement | undefined {
  const list = cursor.take();
  const written = cursor.accept('in', 'out', 'ingress', 'egress')?.text.toLowerCase();
  if (!list || written === undefined) return undefined;
  const direction = written.startsWith('in') ? 'in' : 'out';
  return { kind: 'bind', list, direction, family, interface: undefined, global: false, remove };
}

/** Of IOS XR: `common NAME [NAME] ingress|egress`. */
function readCommonLists(cursor: Cursor): Statement {
  const references = cursor
    .rest()
    .filter(({ text }) => !/^(?:in|e)gress$/.test(text))
    .map((list) => referenceTo('access-list', list));
  const message = 'Lintel does not model lists that several interfaces have in common';
  return unmodelled(cursor.last, message, { filters: 'interface', references });
}
