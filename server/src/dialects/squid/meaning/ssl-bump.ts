// Decides how TLS is treated: the ssl_bump rules at each step.

import type { QuotedLine } from '../../../model/evidence.js';
import type { TlsTreatment, Undecided } from '../../../model/proxy.js';
import { quoteAt } from '../program/program.js';
import { evaluateList, type ListResult } from './access-list.js';
import type { Facts } from './facts.js';
import type { Region } from './regions.js';

/** How TLS is treated in a part of a request, and the rule that decided. */
export interface TlsResult {
  readonly region: Region;
  readonly tls: TlsTreatment | Undecided;
  readonly decidedBy: QuotedLine | undefined;
  /** The step that decided. */
  readonly step: Facts['step'];
  /** Whether squid connects to the server before it goes on: the route of the CONNECT is then that of all that follows. */
  readonly connects: boolean;
}

/** The steps of SslBump; what the third can do depends on the second. */
export type BumpStep = 'step1' | 'step2' | 'step3-after-peek' | 'step3-after-stare';

/** Actions that a step cannot take; a rule with one of them is skipped. */
const OLD_ACTIONS = ['none', 'deny', 'client-first', 'allow', 'server-first'];
export const BANNED: Readonly<Record<BumpStep, ReadonlySet<string>>> = {
  step1: new Set(),
  step2: new Set(OLD_ACTIONS),
  // Once the client hello has been forwarded to the server, squid cannot reply to it itself, and vice versa.
  'step3-after-peek': new Set([...OLD_ACTIONS, 'peek', 'stare', 'bump']),
  'step3-after-stare': new Set([...OLD_ACTIONS, 'peek', 'stare', 'splice']),
};

/**
 * Follows the ssl_bump rules through the three steps of SslBump for a connection that http_access permits
 * (ClientRequestContext::sslBumpAccessCheckDone, httpsSslBumpStep2AccessCheckDone, PeekingPeerConnector of squid 5.7).
 */
export function decideTls(facts: Facts, region: Region): TlsResult[] {
  // What is redirected is looked at before a request is made of it (`postHttpsAccept`).
  const first = { ...facts, step: 1 as const, isFirstLook: !facts.hostKnown };
  return evaluateList(first, 'ssl_bump', [region]).flatMap((result) => {
    const decided = settle(first, result);
    if (decided || result.kind !== 'rule') return decided ?? [];
    return step2({ ...facts, step: 2, helloRead: true }, result.region);
  });
}

function step2(facts: Facts, region: Region): TlsResult[] {
  return evaluateList(facts, 'ssl_bump', [region], notBanned('step2')).flatMap((result) => {
    const decided = settle(facts, result);
    if (decided || result.kind !== 'rule') return decided ?? [];
    return step3({ ...facts, step: 3 }, result.region, result.action === 'stare', quoteAt(facts.program, result.rule));
  });
}

function step3(facts: Facts, region: Region, stared: boolean, deciding: QuotedLine): TlsResult[] {
  const banned = stared ? 'step3-after-stare' : 'step3-after-peek';
  return evaluateList(facts, 'ssl_bump', [region], notBanned(banned)).flatMap((result) => {
    if (result.kind !== 'none') return settle(facts, result) ?? [];
    // Without a rule the preceding step decides (`checkForPeekAndSpliceGuess`).
    const tls = stared ? 'bump' : 'splice';
    return [{ region: result.region, tls, decidedBy: deciding, step: 3, connects: true }];
  });
}

function notBanned(step: BumpStep) {
  return ({ action }: { readonly action: { readonly text: string } }) => !BANNED[step].has(action.text);
}

/** The treatment that a result determines; `undefined` where the next step follows. */
function settle(facts: Facts, result: ListResult): TlsResult[] | undefined {
  const { region } = result;
  const { step } = facts;
  const as = (tls: TlsResult['tls'], decidedBy: QuotedLine | undefined, connects = step === 3): TlsResult[] => [
    { region, tls, decidedBy, step, connects },
  ];
  switch (result.kind) {
    case 'rule': {
      const { action, rule } = result;
      const tls = FINAL[action];
      // Squid generates a certificate like that of the server, except where it decrypts at step 1 already.
      const connects = step === 3 || (tls === 'bump' && step === 2) || action === 'server-first';
      return tls && as(tls, quoteAt(facts.program, rule), connects);
    }
    case 'none':
      // The opposite of "allowed with some action" is "denied", which squid treats as splice.
      return as('splice', result.last && quoteAt(facts.program, result.last));
    case 'login':
      return as('splice', quoteAt(facts.program, result.rule));
    case 'gap':
      return as({ kind: 'undecided', reason: result.gap.reason }, undefined);
    case 'too-many':
      return as({ kind: 'undecided', reason: 'the rules fall into too many cases' }, undefined);
  }
}

const FINAL: Readonly<Record<string, TlsTreatment>> = {
  splice: 'splice',
  none: 'splice',
  deny: 'splice',
  bump: 'bump',
  'client-first': 'bump',
  'server-first': 'bump',
  allow: 'bump',
  terminate: 'terminate',
};
