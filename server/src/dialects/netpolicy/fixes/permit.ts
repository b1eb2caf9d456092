// Proposals for a change of a policy.
import { ALL_PORTS } from '../../../model/ports.js';
import type { Candidate, Change } from '../../dialect.js';
import { sourcePortsFor } from '../../shared/source-ports.js';
import { IPSEC } from '../meaning/filter-model.js';
import type { NetpolicyDocument } from '../program/policy.js';
import { exemptPackets } from './exempt.js';
import { listHosts } from './list-hosts.js';
import { denyPackets, permitHosts, permitPackets } from './permit-rules.js';
import { PolicyEditor } from './policy-writer.js';

/** Best first. */
export function proposePermits(document: NetpolicyDocument, change: Change): readonly Candidate[] {
  const editor = new PolicyEditor(document);
  switch (change.goal) {
    case 'permit-packets':
      if (obstacleTo(document, change)) return [];
      return change.point === IPSEC ? exemptPackets(editor, change) : permitPackets(editor, change);
    case 'deny-packets':
      return denyPackets(editor, change);
    case 'permit':
      return permitHosts(editor, change);
    case 'bypass':
    case 'no-decrypt':
    case 'no-login':
      return listHosts(editor, change);
  }
}

/** The `ports` of a rule of the firewall are those that packets go to. */
export function obstacleTo(_: NetpolicyDocument, change: Change): string | undefined {
  if (change.goal !== 'permit-packets' || change.point === IPSEC) return undefined;
  const isBound = change.missing.boxes.some((box) => !sourcePortsFor(box, change).equals(ALL_PORTS));
  return isBound ? 'the rules of a network policy cannot name source ports' : undefined;
}
