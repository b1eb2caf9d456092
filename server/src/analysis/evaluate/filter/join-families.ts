// One evaluation for both address families of a requirement.
import { describePackets } from '../../../model/packet-text.js';
import { type Evaluation, RANK } from '../evaluation.js';

/** One evaluation of both: both families have to be permitted, and what is missing in either is missing. */
export function joinFamilies(evaluations: readonly Evaluation[]): Evaluation | undefined {
  const [worst, other] = [...evaluations].sort((a, b) => RANK[b.verdict.status] - RANK[a.verdict.status]);
  if (!worst || !other) return worst;
  const permitting = [worst, other].flatMap(({ permittedBy }) => permittedBy ?? []);
  const [first] = permitting;
  const joined = first
    ? { ...worst, permittedBy: { point: first.point, rules: permitting.flatMap(({ rules }) => rules) } }
    : worst;
  const { verdict, missing } = worst;
  if (missing.kind !== 'packets') return joined;
  const also = other.missing.kind === 'packets' ? other.missing : undefined;
  const packets = also ? missing.packets.union(also.packets) : missing.packets;
  const replies = also ? missing.replies.union(also.replies) : missing.replies;
  const allowed = also ? missing.allowed.union(also.allowed) : missing.allowed;
  // Denied in one family only is denied in part.
  const status = other.verdict.status === 'blocked' ? verdict.status : 'partial';
  return {
    ...joined,
    verdict: { ...verdict, status, missing: describePackets(packets) },
    missing: { ...missing, packets, replies, allowed },
  };
}
