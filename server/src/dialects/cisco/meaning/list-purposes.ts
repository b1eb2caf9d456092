// What lists serve that filter no traffic: NAT, VPNs, logins, management, routing.
import { Memo } from '../../../kept/memo.js';
import { type PlacedBlock, referencesOf, type StatementLine } from '../program/blocks.js';
import { bindingsOf, type Program } from '../program/program.js';
import { quotedLine } from '../program/quoted-line.js';
import { isIndented } from '../syntax/tokens.js';
import { droppingLists } from './qos.js';

/** Statements in which a list filters traffic, or may do so by way of something else. */
const FILTERING = /(?:^|\s)(?:access-group|traffic-filter|vpn-filter|filter)\s/;

/** Statements in which the same words say who may ask the device itself, or mark traffic. */
const OWN_SERVICES = /^(?:ntp|ip (?:igmp|pim|multicast|msdp)|rate-limit)\s|\scontrol-plane$/;

/** Sections in which what a list permits is what passes, as a rule. */
const POLICIES = /^(?:class-map type inspect|vlan access-map)\s/;

/**
 * Other class maps, whose entries only say what belongs to a class: what is marked, queued or limited, or goes to the device
 * itself (*IOS Quality of Service Solutions Configuration Guide*, "Control Plane Policing").
 */
const CLASSES = /^class-map\s/;

/** How many statements before an indented one are looked at for the header of its section. */
const HEADER_DISTANCE = 64;

/** How much of a statement is quoted. */
const QUOTE_LENGTH = 100;

const known = new Memo<Program, ReadonlyMap<string, string>>();

/** The lists that only statements use which filter nothing, with the first of these statements. */
export function otherPurposes(program: Program): ReadonlyMap<string, string> {
  return known.of(program, () => {
    const filtering = new Set([...bindingsOf(program).map(({ list }) => list), ...droppingLists(program)]);
    const purposes = new Map<string, string>();
    for (const block of program.blocks) {
      for (const own of block.content.referring) {
        const names = referencesOf(own.statement).flatMap(({ kind, name }) =>
          kind === 'access-list' && program.lists.has(name) ? [name] : [],
        );
        if (names.length === 0) continue;
        const { text } = quotedLine(program.uri, { own, base: block.base });
        const isFilter = own.statement.kind === 'unmodelled' || mayFilter(text, headerOf(program, block, own));
        for (const name of names) {
          if (isFilter) filtering.add(name);
          else if (!purposes.has(name)) purposes.set(name, quoted(text));
        }
      }
    }
    for (const name of filtering) purposes.delete(name);
    return purposes;
  });
}

/** A community of SNMP is a password. */
function quoted(text: string): string {
  return text.replace(/^(snmp-server community) \S+/, '$1 …').slice(0, QUOTE_LENGTH);
}

function mayFilter(text: string, header: string): boolean {
  if (POLICIES.test(header)) return true;
  return FILTERING.test(text) && !OWN_SERVICES.test(text) && !CLASSES.test(header);
}

/** The statement that opened the section of an indented line; empty for others. */
function headerOf({ uri, blocks }: Program, block: PlacedBlock, own: StatementLine): string {
  if (!isIndented(own.raw)) return '';
  let at = blocks.indexOf(block);
  let lines = block.content.lines;
  let i = lines.indexOf(own);
  for (let distance = 0; distance < HEADER_DISTANCE; distance++) {
    while (--i < 0) {
      const previous = blocks[--at];
      if (!previous) return '';
      lines = previous.content.lines;
      i = lines.length;
    }
    const line = lines[i];
    if (line && !isIndented(line.raw)) return quotedLine(uri, { own: line, base: 0 }).text;
  }
  return '';
}
