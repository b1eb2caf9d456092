// The titles of fixes, in one form for every dialect: the verb, the service, what of it, and where: `Permit Microsoft Teams: UDP 3478-3481 to 2 networks in LAN-OUT`.
import type { Change, Narrowing } from '../../dialects/dialect.js';
import { listed, summarizePackets, summarizeReplies } from '../../model/packet-text.js';
import type { Evaluation } from '../evaluate/evaluation.js';
import { serviceOf } from '../findings/services.js';

type Requirement = Evaluation['requirement'];

/** What is done for the service of a requirement. */
export function purposeOf(requirement: Requirement): string {
  const service = serviceOf(requirement);
  switch (requirement.kind) {
    case 'forbid':
      return `Deny ${service}`;
    case 'bypass-proxy':
      return `Send ${service} direct`;
    case 'no-decrypt':
      return `Do not decrypt ${service}`;
    case 'no-proxy-auth':
      return `Exempt ${service} from the login`;
    case 'no-ipsec':
      return `Exempt ${service} from IPsec`;
    default:
      return `Permit ${service}`;
  }
}

/** @param place where it is written, or how, as a dialect says it */
export function fixTitle(requirement: Requirement, change: Change, place: string): string {
  return `${purposeOf(requirement)}: ${subjectOf(change)} ${place}`.trimEnd();
}

/** Up to how many characters a title lists ports and networks. */
const SUBJECT_LIMIT = 110;

function subjectOf(change: Change): string {
  const text = listedSubject(change);
  if (text.length <= SUBJECT_LIMIT) return text;
  return change.goal === 'deny-packets' ? 'what passes' : 'what is missing';
}

function listedSubject(change: Change): string {
  switch (change.goal) {
    case 'permit-packets':
      return change.missing.isEmpty ? `replies, ${summarizeReplies(change.replies)}` : summarizePackets(change.missing);
    case 'deny-packets':
      return summarizePackets(change.passing);
    default:
      return listed(change.hosts, 1);
  }
}

/** The title of a rule that matches only what is documented. */
export function narrowingTitle({ only }: Narrowing, point: string): string {
  return `Narrow this rule to the documented ${'destination' in only ? 'addresses' : 'ports'} in ${point}`;
}
