import type { QuotedLine } from '../../../model/evidence.js';
import type { TlsTreatment, Undecided } from '../../../model/proxy.js';
import { type Answer, askList, ruleStatement } from './access-list.js';
import type { Facts } from './match-acl.js';
import type { Region } from './regions.js';

/** How TLS is treated in a part of a question, and the rule that decided. */
export interface TlsAnswer {
  readonly region: Region;
  readonly tls: TlsTreatment | Undecided;
  readonly decidedBy: QuotedLine | undefined;
  /** Whether the TLS client hello was read before: a tunnel then is checked against http_access with the name in it. */
  readonly helloSeen: boolean;
}

/** Actions that a step cannot take; a rule with one of them is passed over. */
const OLD_ACTIONS = ['none', 'deny', 'client-first', 'allow', 'server-first'];
const BANNED: Readonly<Record<'step2' | 'step3-after-peek' | 'step3-after-stare', ReadonlySet<string>>> = {
  step2: new Set(OLD_ACTIONS),
  // A client hello that was passed on as it is cannot be answered by squid any more, and the other way round.
  'step3-after-peek': new Set([...OLD_ACTIONS, 'peek', 'stare', 'bump']),
  'step3-after-stare': new Set([...OLD_ACTIONS, 'peek', 'stare', 'splice']),
};

/**
 * Follows the ssl_bump rules through the three steps of SslBump for a connection that http_access permits
 * (ClientRequestContext::sslBumpAccessCheckDone, httpsSslBumpStep2AccessCheckDone, PeekingPeerConnector of squid 5.7).
 */
export function decideTls(facts: Facts, region: Region): TlsAnswer[] {
  const first = { ...facts, step: 1 as const };
  return askList(first, 'ssl_bump', [region]).flatMap((answer) => {
    const decided = settle(first, answer, false);
    if (decided || answer.kind !== 'rule') return decided ?? [];
    return step2({ ...facts, step: 2, hostKnown: true }, answer.region);
  });
}

function step2(facts: Facts, region: Region): TlsAnswer[] {
  return askList(facts, 'ssl_bump', [region], notBanned('step2')).flatMap((answer) => {
    const decided = settle(facts, answer, true);
    if (decided || answer.kind !== 'rule') return decided ?? [];
    return step3({ ...facts, step: 3 }, answer.region, answer.action === 'stare', ruleStatement(facts, answer.rule));
  });
}

function step3(facts: Facts, region: Region, stared: boolean, led: QuotedLine): TlsAnswer[] {
  const banned = stared ? 'step3-after-stare' : 'step3-after-peek';
  return askList(facts, 'ssl_bump', [region], notBanned(banned)).flatMap((answer) => {
    if (answer.kind !== 'none') return settle(facts, answer, true) ?? [];
    // Without a rule the step before decides (`checkForPeekAndSpliceGuess`).
    return [{ region: answer.region, tls: stared ? 'bump' : 'splice', decidedBy: led, helloSeen: true }];
  });
}

function notBanned(step: keyof typeof BANNED) {
  return ({ action }: { readonly action: { readonly text: string } }) => !BANNED[step].has(action.text);
}

/** The treatment that an answer fixes; `undefined` where the next step follows. */
function settle(facts: Facts, answer: Answer, helloSeen: boolean): TlsAnswer[] | undefined {
  const { region } = answer;
  const undecided = (reason: string): TlsAnswer[] => [
    { region, tls: { kind: 'undecided', reason }, decidedBy: undefined, helloSeen },
  ];
  switch (answer.kind) {
    case 'rule': {
      const tls = FINAL[answer.action];
      return tls && [{ region, tls, decidedBy: ruleStatement(facts, answer.rule), helloSeen }];
    }
    case 'none': {
      // The opposite of "allowed with some action" is "denied", which squid reads as splice.
      const decidedBy = answer.last && ruleStatement(facts, answer.last);
      return [{ region, tls: 'splice', decidedBy, helloSeen }];
    }
    case 'login':
      return [{ region, tls: 'splice', decidedBy: ruleStatement(facts, answer.rule), helloSeen }];
    case 'gap':
      return undecided(answer.gap.reason);
    case 'too-many':
      return undecided('the rules fall into too many cases');
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
