// The meaning of the words of access lists, in our own words, for hover, completion and the table of words.

export interface WordDocs {
  readonly summary: string;
  /** The manual that describes the word. */
  readonly url: string;
}

const IOS = 'https://www.cisco.com/c/en/us/td/docs/ios-xml/ios/security/a1/sec-a1-cr-book.html';
const IOS_P = 'https://www.cisco.com/c/en/us/td/docs/ios-xml/ios/security/m1/sec-m1-cr-book.html';
const ASA = 'https://www.cisco.com/c/en/us/td/docs/security/asa/asa-cli-reference/A-H/asa-command-ref-A-H.html';
const ZONES = 'https://www.cisco.com/c/en/us/td/docs/ios-xml/ios/sec_data_zbf/configuration/xe-3s/sec-zone-pol-fw.html';
const ASA_N =
  'https://www.cisco.com/c/en/us/td/docs/security/asa/asa-cli-reference/I-R/asa-command-ref-I-R/n-commands.html';
const ACCESS_RULES =
  'https://www.cisco.com/c/en/us/td/docs/security/asa/asa919/configuration/firewall/asa-919-firewall-config/access-rules.html';

/** The source of the table of words. */
export const MANUAL = { title: 'Cisco IOS Security Command Reference', url: IOS } as const;

export const DOCS: ReadonlyMap<string, WordDocs> = new Map([
  describe(
    'permit',
    'Permits packets that this entry matches. The first entry that matches decides; the rest are not evaluated.',
    IOS_P,
  ),
  describe(
    'deny',
    'Drops packets that this entry matches. After the last entry of a list everything is denied.',
    IOS_P,
  ),
  describe('remark', 'A comment that the device stores. It matches nothing.', IOS_P),
  describe(
    'established',
    'A TCP segment with the ACK or RST flag: a reply, never the first packet of a connection. A router without inspection needs such an entry, or entries for the replies, in the return direction. There is no such option for UDP.',
    IOS_P,
  ),
  describe('any', 'Every address.', IOS_P),
  describe(
    'nat',
    'Translates addresses between two interfaces of an ASA. Since version 8.3, the lists of interfaces see real addresses: those that the servers and clients themselves have. Rules of the first section come first, then those of network objects, static and small ones before others, then those with after-auto; the first that matches decides.',
    ASA_N,
  ),
  describe('host', 'One address.', IOS_P),
  describe('eq', 'Exactly these ports. Named lists of IOS allow up to ten.', IOS_P),
  describe('neq', 'Every port except these.', IOS_P),
  describe('lt', 'Ports below this one.', IOS_P),
  describe('gt', 'Ports above this one.', IOS_P),
  describe('range', 'Ports from the first to the second, inclusive.', IOS_P),
  describe(
    'fragments',
    'Only non-initial fragments, never the first packet of a connection or an unfragmented reply.',
    IOS_P,
  ),
  describe('reflect', 'Records the session, so that `evaluate` in another list permits its replies.', IOS_P),
  describe('evaluate', 'Permits the replies of sessions that an entry with `reflect` has recorded.', IOS),
  describe('inactive', 'Disables the entry without removing it.', ASA),
  describe('time-range', 'The entry applies only at certain times. Verdicts that depend on it are undecided.', IOS),
  describe(
    'access-list',
    'An entry of a numbered list (IOS: 1-99 and 1300-1999 name sources only, 100-199 and 2000-2699 flows), or of a named list of an ASA.',
    IOS,
  ),
  describe(
    'access-group',
    'Applies a list to an interface or globally. A router filters statelessly: replies pass the lists of the opposite direction and have to be permitted there. An ASA is stateful: replies are permitted automatically.',
    ACCESS_RULES,
  ),
  describe('object-group', 'A named collection of addresses, services or protocols. Groups may contain groups.', IOS),
  describe(
    'security-level',
    'Without access rules, connections pass from a higher level to a lower one only.',
    ACCESS_RULES,
  ),
  describe(
    'zone-member',
    'Puts the interface into a security zone. Between interfaces of one zone everything passes; between an interface of a zone and one of none nothing does.',
    ZONES,
  ),
  describe(
    'zone-pair',
    'The policy for traffic from one zone to another. Without a pair, or without a policy, it is dropped. Replies to inspected sessions need no pair of their own.',
    ZONES,
  ),
  describe('self', 'The zone of the router itself. Its traffic passes unless a zone pair says otherwise.', ZONES),
  describe(
    'class-map',
    'Describes packets. With `match-any` a packet meets one of the criteria, with `match-all` every one; the latter is the default.',
    ZONES,
  ),
  describe(
    'policy-map',
    'What happens to the packets of classes. The first class that a packet belongs to decides.',
    ZONES,
  ),
  describe(
    'class-default',
    'Every packet that belongs to no other class of the policy. It is dropped unless this class says otherwise.',
    ZONES,
  ),
  describe('inspect', 'Permits the sessions of the class, and their replies.', ZONES),
  describe(
    'pass',
    'Permits the packets of the class in this direction only: replies need a policy of their own.',
    ZONES,
  ),
  describe('drop', 'Drops the packets of the class.', ZONES),
  describe('nameif', 'The name of the interface in rules.', ASA),
]);

function describe(word: string, summary: string, url: string): readonly [string, WordDocs] {
  return [word, { summary, url }];
}
