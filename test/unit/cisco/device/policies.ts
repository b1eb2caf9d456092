/**
 * Policies of the quality of service: random ones, and a second reading of what they drop that shares nothing with the dialect.
 */
import { decide, type Packet } from '../reference.js';

/** Class maps and policies over the lists 101 to 103, and one list that only they name. */
export function generatePolicies(pick: (bound: number) => number): string[] {
  const of = <T>(...choices: readonly [T, ...T[]]): T => choices[pick(choices.length)] ?? choices[0];
  const lines = ['access-list 104 permit tcp any any eq 443', 'access-list 104 deny udp any any', ...entries(of, pick)];
  const classes: string[] = [];
  const criterion = (): string => {
    const [nested] = classes.length > 0 && pick(4) === 0 ? [of('', ...classes)] : [''];
    const not = pick(3) === 0 ? 'not ' : '';
    if (nested) return ` match ${not}class-map ${nested}`;
    return of(
      ` match ${not}access-group ${of(101, 102, 103, 104)}`,
      ` match ${not}access-group name ${of(103, 104)}`,
      ` match ${not}input-interface ${of('Gi0/0', 'Vlan10')}`,
      ` match ${not}protocol ip`,
      ' match any',
    );
  };
  for (let i = 1; i <= 4; i++) {
    lines.push(`class-map ${of('match-any ', 'match-all ', '')}C${i}`);
    for (let n = 1 + pick(3); n > 0; n--) lines.push(criterion());
    classes.push(`C${i}`);
  }
  const action = (): string[] =>
    of(
      ['  drop'],
      ['  drop'],
      ['  police 64000 conform-action drop exceed-action drop'],
      ['  police cir 64000', '   conform-action drop', '   exceed-action drop', '   violate-action drop'],
      ['  police 64000 conform-action transmit exceed-action drop'],
      ['  set dscp ef', '  priority percent 10'],
      [],
    );
  for (const policy of ['CHILD', 'P1', 'P2']) {
    lines.push(`policy-map ${policy}`);
    const used = new Set<string>();
    for (let n = 1 + pick(3); n > 0; n--) used.add(of('C1', ...classes));
    for (const name of used) lines.push(` class ${name}`, ...action());
    const last = policy === 'CHILD' ? [] : ['  service-policy CHILD'];
    if (pick(2) === 0) lines.push(' class class-default', ...of(['  fair-queue'], last));
  }
  return lines;
}

function entries(of: <T>(...choices: readonly [T, ...T[]]) => T, pick: (bound: number) => number): string[] {
  const address = () => of('any', 'host 10.1.0.5', '10.1.0.0 0.0.0.255', '172.16.1.0 0.0.0.255', 'host 198.51.100.3');
  return Array.from(
    { length: 1 + pick(3) },
    () => `access-list 104 ${of('permit', 'deny')} ip ${address()} ${address()}`,
  );
}

/** The indented lines under a header that ends with a name. */
function section(text: string, command: string, name: string): { header: string; lines: string[] } | undefined {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => line.startsWith(`${command} `) && line.endsWith(` ${name}`));
  if (at < 0) return undefined;
  const rest = lines.slice(at + 1);
  const end = rest.findIndex((line) => !line.startsWith(' '));
  return { header: lines[at] ?? '', lines: rest.slice(0, end).map((line) => line.trim()) };
}

/** Whether a policy drops a packet that came in by an interface. */
export function drops(text: string, policy: string, packet: Packet, incoming: string): boolean {
  let isIn = false;
  for (const line of section(text, 'policy-map', policy)?.lines ?? []) {
    const [word, name = ''] = line.split(' ');
    if (word === 'class') {
      if (isIn) return false;
      isIn = name === 'class-default' || isOf(text, name, packet, incoming);
    } else if (isIn && (line === 'drop' || line.includes('conform-action drop'))) return true;
    else if (isIn && word === 'service-policy') return drops(text, name, packet, incoming);
  }
  return false;
}

function isOf(text: string, name: string, packet: Packet, incoming: string): boolean {
  const found = section(text, 'class-map', name);
  const answers = (found?.lines ?? []).map((line) => {
    const words = line.split(' ').slice(1);
    const isNegated = words[0] === 'not';
    return meets(text, isNegated ? words.slice(1) : words, packet, incoming) !== isNegated;
  });
  return found?.header.includes('match-any') ? answers.includes(true) : !answers.includes(false);
}

function meets(text: string, words: readonly string[], packet: Packet, incoming: string): boolean {
  const last = words[words.length - 1] ?? '';
  switch (words[0]) {
    case 'access-group':
      return decide(text, last, packet) === 'permit';
    case 'class-map':
      return isOf(text, last, packet, incoming);
    case 'input-interface':
      return last === incoming;
    default:
      return true;
  }
}
