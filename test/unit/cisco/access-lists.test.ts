import { describe, expect, it } from 'vitest';
import type { FlowPath } from '../../../server/src/analysis/explain/flow.js';
import { explain, problems, read, verdict } from './support.js';

const TCP = 'tcp 10.1.2.3:50000 > 198.51.100.7:443';
const UDP = 'udp 10.1.2.3:50000 > 198.51.100.7:3478';

describe('Cisco access lists', () => {
  it('take the first entry that matches, and deny the rest', () => {
    const list = 'ip access-list extended A\n permit tcp any any eq 443\n deny ip any any\n';
    expect(verdict(list, 'A', TCP)).toBe('permit');
    expect(verdict(list, 'A', UDP)).toBe('deny');
    expect(verdict('access-list 101 permit udp any any\n', '101', TCP)).toBe('deny');
  });

  it('order entries by their numbers, not by their lines', () => {
    const list = 'ip access-list extended A\n 20 permit ip any any\n 10 deny tcp any any eq 443\n';
    expect(verdict(list, 'A', TCP)).toBe('deny');
    expect(verdict(`${list} no 10\n`, 'A', TCP)).toBe('permit');
  });

  it('number what has no number 10 after the last one', () => {
    const list = 'ip access-list extended A\n 5 permit udp any any\n deny tcp any any\n 14 permit tcp any any\n';
    expect(verdict(list, 'A', TCP)).toBe('permit');
    expect(verdict(list.replace(' 14 ', ' 16 '), 'A', TCP)).toBe('deny');
  });

  it('renumber with resequence', () => {
    const list =
      'ip access-list extended A\n 5 permit udp any any\n 6 deny tcp any any\nip access-list resequence A 10 10\nip access-list extended A\n 15 permit tcp any any\n';
    expect(verdict(list, 'A', TCP)).toBe('permit');
  });

  it('report a number that is taken already', () => {
    const list = 'ip access-list extended A\n 10 permit udp any any\n 10 deny tcp any any\n';
    expect(problems(list)).toEqual(['duplicate-name: 10 deny tcp any any']);
  });

  it('match wildcard masks with holes', () => {
    const list = 'access-list 101 permit ip 10.1.0.1 0.0.15.254 any\n';
    expect(verdict(list, '101', TCP)).toBe('permit');
    expect(verdict(list, '101', TCP.replace('10.1.2.3', '10.1.2.4'))).toBe('deny');
  });

  it('leave unknown what a mask with too many holes matches', () => {
    const list = 'access-list 101 permit ip 10.0.0.1 0.255.255.254 any\n';
    expect(verdict(list, '101', TCP)).toBe('undecided');
    expect(verdict(list, '101', TCP.replace('10.1.2.3', '11.1.2.3'))).toBe('deny');
  });

  it('take several ports after eq, and names', () => {
    const list = 'ip access-list extended A\n permit tcp any any eq www 443 22\n permit udp any any range 3478 3481\n';
    expect(verdict(list, 'A', TCP)).toBe('permit');
    expect(verdict(list, 'A', UDP)).toBe('permit');
    expect(verdict(list, 'A', UDP.replace('3478', '3482'))).toBe('deny');
  });

  it('never match a first packet with established', () => {
    expect(verdict('access-list 101 permit tcp any any established\n', '101', TCP)).toBe('deny');
  });

  it('leave unknown what the time decides', () => {
    expect(verdict('access-list 101 permit tcp any any time-range office\n', '101', TCP)).toBe('undecided');
  });

  it('take netmasks and inactive entries on an ASA', () => {
    const list =
      'access-list OUT extended deny tcp any any eq 443 inactive\naccess-list OUT extended permit tcp 10.0.0.0 255.0.0.0 any eq https\n';
    expect(verdict(list, 'OUT', TCP)).toBe('permit');
    expect(verdict(list, 'OUT', TCP.replace('10.1.2.3', '11.1.2.3'))).toBe('deny');
  });

  it('resolve nested groups, objects and services', () => {
    const list = `
object network TEAMS
 subnet 198.51.100.0 255.255.255.0
object-group network CLOUD
 network-object object TEAMS
object-group network ALL
 group-object CLOUD
object-group service MEDIA udp
 port-object range 3478 3481
object-group service WEB
 service-object tcp destination eq https
access-list OUT extended permit udp any object-group ALL object-group MEDIA
access-list OUT extended permit object-group WEB any object-group ALL
`;
    expect(problems(list)).toEqual([]);
    expect(verdict(list, 'OUT', TCP)).toBe('permit');
    expect(verdict(list, 'OUT', UDP)).toBe('permit');
    expect(verdict(list, 'OUT', UDP.replace('3478', '3482'))).toBe('deny');
    expect(verdict(list, 'OUT', TCP.replace('198.51.100.7', '198.51.101.7'))).toBe('deny');
  });

  it('permit neighbor discovery before the end of an IPv6 list', () => {
    const list = 'ipv6 access-list SIX\n permit tcp any 2001:db8::/32 eq 443\n';
    expect(verdict(list, 'SIX', 'tcp [2001:db8:1::1]:50000 > [2001:db8::1]:443')).toBe('permit');
    expect(verdict(list, 'SIX', 'tcp [2001:db8:1::1]:50000 > [2001:db9::1]:443')).toBe('deny');
    expect(verdict(list, 'SIX', 'icmpv6 fe80::1 > [fe80::2]:34560')).toBe('permit');
  });
});

describe('the end of a list', () => {
  const FLOW = 'udp 10.1.2.3:50000 > 192.0.2.1:53';
  const endOf = (text: string, path: FlowPath) => {
    const { decidedBy } = explain(read(text), FLOW, path);
    const { start = 0, end = 0 } = decidedBy?.range ?? {};
    return `${decidedBy?.text} at ${text.slice(start, end)} in line ${text.slice(0, start).split('\n').length}`;
  };
  const NUMBERED = 'access-list 101 permit tcp any any eq 443\naccess-list 101 remark the end\n';

  it('is shown at the name of the list, never at a permit or a remark', () => {
    expect(endOf(NUMBERED, { point: '101' })).toBe('(implicit deny at the end of 101) at 101 in line 1');
    const named = 'ip access-list extended WEB\n permit tcp any any eq 443\n';
    expect(endOf(named, { point: 'WEB' })).toBe('(implicit deny at the end of WEB) at WEB in line 1');
  });

  it('is shown at the binding where there is one', () => {
    const router = `${NUMBERED}interface Gi0/0\n ip access-group 101 in\n`;
    expect(endOf(router, { inInterface: 'Gi0/0', outInterface: 'Gi0/1' })).toBe(
      '(implicit deny at the end of 101) at ip access-group 101 in in line 4',
    );
    const asa =
      'access-list IN extended permit tcp any any\ninterface Gi0/0\n nameif inside\naccess-group IN in interface inside\n';
    expect(endOf(asa, { inInterface: 'inside', outInterface: 'outside' })).toBe(
      '(implicit deny at the end of IN) at access-group IN in interface inside in line 4',
    );
  });
});
