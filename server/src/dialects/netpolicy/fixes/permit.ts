// Proposals for a change of a policy.
import type { Candidate, Change } from '../../dialect.js';
import { IPSEC } from '../meaning/filter-model.js';
import type { NetpolicyDocument } from '../program/policy.js';
import { exemptPackets } from './exempt.js';
import { listHosts } from './list-hosts.js';
import { permitHosts, permitPackets } from './permit-rules.js';
import { PolicyEditor } from './policy-writer.js';

/** Best first. */
export function proposePermits(document: NetpolicyDocument, change: Change): readonly Candidate[] {
  const editor = new PolicyEditor(document);
  switch (change.goal) {
    case 'permit-packets':
      return change.point === IPSEC ? exemptPackets(editor, change) : permitPackets(editor, change);
    case 'permit':
      return permitHosts(editor, change);
    case 'bypass':
    case 'no-decrypt':
    case 'no-login':
      return listHosts(editor, change);
  }
}
