import type { Candidate, Change, Document } from '../dialect.js';
import { exemptPackets } from './emit-exemptions.js';
import { listHosts } from './emit-hosts.js';
import { permitHosts, permitPackets } from './emit-rules.js';
import { IPSEC } from './filter-model.js';
import type { NetpolicyTree } from './parse.js';
import { PolicyEditor } from './policy-editor.js';

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
