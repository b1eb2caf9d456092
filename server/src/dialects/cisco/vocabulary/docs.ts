/** What a word of an access list means, in our own words. */
export interface WordDocs {
  readonly summary: string;
  readonly url: string;
}

const IOS = 'https://www.cisco.com/c/en/us/td/docs/ios-xml/ios/security/a1/sec-a1-cr-book.html';
const IOS_P = 'https://www.cisco.com/c/en/us/td/docs/ios-xml/ios/security/m1/sec-m1-cr-book.html';
const ASA = 'https://www.cisco.com/c/en/us/td/docs/security/asa/asa-cli-reference/A-H/asa-command-ref-A-H.html';
const ACCESS_RULES =
  'https://www.cisco.com/c/en/us/td/docs/security/asa/asa919/configuration/firewall/asa-919-firewall-config/access-rules.html';

const entry = (summary: string, url: string): WordDocs => ({ summary, url });

export const DOCS: Readonly<Record<string, WordDocs>> = {
  permit: entry(
    'Lets a packet pass that this entry matches. The first entry that matches decides; the rest is not looked at.',
    IOS_P,
  ),
  deny: entry('Drops a packet that this entry matches. Behind the last entry of a list everything is denied.', IOS_P),
  remark: entry('A comment that the device keeps. It matches nothing.', IOS_P),
  established: entry(
    'A TCP segment with the ACK or RST flag: an answer, never the first packet of a connection. A router without inspection needs such an entry, or a list that names the answers, in the direction in which they come back. There is no such thing for UDP.',
    IOS_P,
  ),
  any: entry('Every address.', IOS_P),
  host: entry('One address.', IOS_P),
  eq: entry('These ports exactly. Named lists of IOS take up to ten of them.', IOS_P),
  neq: entry('Every port but these.', IOS_P),
  lt: entry('Ports below this one.', IOS_P),
  gt: entry('Ports above this one.', IOS_P),
  range: entry('Ports from the first to the second, both included.', IOS_P),
  fragments: entry('Only fragments behind the first. Packets that open or answer a connection are none.', IOS_P),
  reflect: entry('Remembers the session, so that `evaluate` in another list lets its answers back in.', IOS_P),
  evaluate: entry('Lets in the answers of sessions that an entry with `reflect` has remembered.', IOS),
  inactive: entry('Keeps the entry without using it.', ASA),
  'time-range': entry('Makes the entry count at some times only. Verdicts that need it are undecided.', IOS),
  'access-list': entry(
    'An entry of a numbered list (IOS: 1–99 and 1300–1999 name sources only, 100–199 and 2000–2699 flows), or of a named list of an ASA.',
    IOS,
  ),
  'access-group': entry(
    'Puts a list in the way of packets. A router looks at each packet alone: answers pass the lists of the opposite direction and have to be permitted there. An ASA follows connections: answers pass by themselves.',
    ACCESS_RULES,
  ),
  'object-group': entry('A named collection of addresses, services or protocols. Groups may contain groups.', IOS),
  'security-level': entry(
    'Without access rules, connections pass from a higher level to a lower one only.',
    ACCESS_RULES,
  ),
  nameif: entry('The name by which rules call the interface.', ASA),
};
