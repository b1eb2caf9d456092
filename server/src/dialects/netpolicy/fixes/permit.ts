import type { Candidate, Change, Document } from '../../dialect.js';
import { IPSEC } from '../meaning/filter-model.js';
import type { NetpolicyTree } from '../syntax/parse.js';
import { exemptPackets } from './exempt.js';
import { listHosts } from './list-hosts.js';
import { permitHosts, permitPackets } from './permit-rules.js';
import { PolicyEditor } from './policy-writer.js';

/** Proposals for a change, best first. */
export function emit(document: Document<NetpolicyTree>, change: Change): readonly Candidate[] {
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
