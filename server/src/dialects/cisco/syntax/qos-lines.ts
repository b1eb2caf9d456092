// Reads class maps and policy maps of the quality of service, which may drop packets.
import { QOS_CLASS_MAP, QOS_POLICY_MAP } from '../vocabulary/commands.js';
import { Cursor, referenceTo } from './cursor.js';
import type { PoliceActions, PolicedPackets, QosCriterion, QosLine } from './qos.js';
import { type Mode, type NameReference, NOTHING, type Platform, type Statement, TOP, type Token } from './tree.js';

export type QosModeKind = 'qos-class-map' | 'qos-policy-map';

/** Modes are compared by identity. */
const MODES: Readonly<Record<QosModeKind, Mode>> = {
  'qos-class-map': { kind: 'qos-class-map' },
  'qos-policy-map': { kind: 'qos-policy-map' },
};

function statement(line: QosLine, opens?: Mode, references: readonly NameReference[] = []): Statement {
  return { kind: 'qos', line, opens, references };
}

/** Reads a top-level command after its keywords; `undefined` where its name is missing. */
export function readQosHeader(
  cursor: Cursor,
  reads: 'class of traffic' | 'policy of traffic',
  remove: boolean,
): Statement | undefined {
  const before = cursor.last.text.toLowerCase();
  const name = cursor.take()?.text;
  if (name === undefined) return undefined;
  if (reads === 'policy of traffic') {
    return statement({ kind: 'policy-map', name, remove }, remove ? TOP : MODES['qos-policy-map']);
  }
  // Older manuals write `class-map NAME match-any`.
  const match = [before, cursor.keyword].includes('match-any') ? 'any' : 'all';
  return statement({ kind: 'class-map', name, match, remove }, remove ? TOP : MODES['qos-class-map']);
}

/** Reads a line of one of the modes; `undefined` where it is none. */
export function readQosLine(tokens: readonly Token[], mode: QosModeKind, platform: Platform): Statement | undefined {
  const cursor = new Cursor(tokens);
  const remove = cursor.accept('no') !== undefined;
  return mode === 'qos-class-map' ? readCriterion(cursor, remove) : readPolicyLine(cursor, remove, platform);
}

/** `service-policy input|output NAME` of an interface. */
export function readAttachment(cursor: Cursor, remove: boolean): Statement | undefined {
  const direction = cursor.last.text.toLowerCase() === 'output' ? 'out' : 'in';
  const policy = cursor.take()?.text;
  return policy === undefined
    ? undefined
    : statement({ kind: 'attach', policy, direction, interface: undefined, remove });
}

/** *Cisco ASA Series Command Reference*, `service-policy`: `NAME global | interface NAME [fail-close]`. */
export function readServicePolicy(cursor: Cursor, remove: boolean): Statement | undefined {
  const policy = cursor.take()?.text;
  const named = cursor.accept('interface') && cursor.take()?.text;
  return policy === undefined
    ? undefined
    : statement({ kind: 'attach', policy, direction: undefined, interface: named, remove }, TOP);
}

function readCriterion(cursor: Cursor, remove: boolean): Statement | undefined {
  const text = cursor.restText();
  const negated = cursor.peek(1)?.text.toLowerCase() === 'not';
  const command = cursor.acceptCommand(QOS_CLASS_MAP, remove);
  const criterion = (found: QosCriterion, references?: readonly NameReference[]) =>
    statement({ kind: 'criterion', criterion: found, negated, text, remove }, undefined, references);
  switch (command?.reads) {
    case 'list': {
      const token = cursor.take();
      return token && criterion({ kind: 'list', name: token.text }, [referenceTo('access-list', token)]);
    }
    case 'class': {
      const token = cursor.take();
      return token && criterion({ kind: 'class', name: token.text });
    }
    case 'interface':
      return criterion({
        kind: 'interface',
        name: cursor
          .rest()
          .map((token) => token.text)
          .join(''),
      });
    case 'any':
      return criterion({ kind: 'any' });
    case 'IPv4':
    case 'IPv6':
      // More words look at the content.
      return criterion({ kind: cursor.next ? 'unknown' : command.reads });
    case 'unknown':
      return criterion({ kind: 'unknown' });
    case 'nothing':
      return NOTHING;
    case undefined:
      return undefined;
  }
}

function readPolicyLine(cursor: Cursor, remove: boolean, platform: Platform): Statement | undefined {
  // The policies of an ASA have no parts; the command applies one there.
  if (platform === 'asa' && cursor.keyword === 'service-policy') return undefined;
  const word = cursor.keyword;
  const command = cursor.acceptCommand(QOS_POLICY_MAP, remove);
  switch (command?.reads) {
    case 'class': {
      const name = cursor.take()?.text;
      const before = cursor.accept('insert-before') && cursor.take()?.text;
      return name === undefined ? undefined : statement({ kind: 'class', name, before, remove });
    }
    case 'drop':
      return cursor.next ? NOTHING : statement({ kind: 'drop', remove });
    case 'police':
      return statement({ kind: 'police', begins: true, actions: actionsIn(cursor.rest()), remove });
    case 'action': {
      const actions = actionsIn([{ text: word, start: 0, end: 0 }, ...cursor.rest()]);
      return statement({ kind: 'police', begins: false, actions, remove });
    }
    case 'child': {
      const name = cursor.take()?.text;
      return name === undefined ? undefined : statement({ kind: 'child', name, remove });
    }
    case 'nothing':
      return NOTHING;
    case undefined:
      return undefined;
  }
}

const POLICED: Readonly<Record<string, PolicedPackets>> = {
  conform: 'conform',
  'conform-action': 'conform',
  exceed: 'exceed',
  'exceed-action': 'exceed',
  violate: 'violate',
  'violate-action': 'violate',
};

/** `conform-action drop exceed-action drop`; on NX-OS `conform drop violate drop`. */
function actionsIn(tokens: readonly Token[]): PoliceActions {
  const actions: Partial<Record<PolicedPackets, 'drop' | 'other'>> = {};
  tokens.forEach(({ text }, i) => {
    const packets = POLICED[text.toLowerCase()];
    const action = tokens[i + 1]?.text.toLowerCase();
    if (packets && action !== undefined) actions[packets] = action === 'drop' ? 'drop' : 'other';
  });
  return actions;
}
