import { expect, it } from 'vitest';
import { iptables } from '../../../server/src/dialects/iptables/index.js';
import type { CheckRequest } from '../../../server/src/service/checks.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { MemoryFiles } from '../service/toy.js';

const REQUEST: CheckRequest = { require: ['m365-worldwide/11/udp'], severity: {}, cloud: 'worldwide' };

/** The fixes of the requirement's finding in the first file: a title, and what is written into which file and line. */
async function fixes(files: Readonly<Record<string, string>>): Promise<string[]> {
  const names = Object.keys(files);
  const uriOf = (name: string) => `file:///etc/${name}`;
  const service = new LanguageService(new MemoryFiles(new Map(names.map((name) => [uriOf(name), files[name] ?? '']))));
  service.setFolders(['file:///etc']);
  const [main = ''] = names;
  service.put(uriOf(main), iptables, files[main] ?? '');
  const found = await service.fixes(uriOf(main), REQUEST, ({ requirements }) => requirements.length > 0);
  return found.flatMap((one) =>
    one.fixes.flatMap(({ title, edits }) => [
      title,
      ...edits.map(({ uri, range, newText }) => {
        const text = files[uri.slice(uriOf('').length)] ?? '';
        return `${uri.slice(uriOf('').length)}: ${text.slice(0, range.end).split('\n').pop()}${newText}`;
      }),
    ]),
  );
}

const RULES = (match: string) =>
  `*filter\n:FORWARD DROP [0:0]\n-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT\n-A FORWARD -p udp -m udp --dport 3478:3481 ${match} -j ACCEPT\nCOMMIT\n`;
const TO_MEDIA = '-m set --match-set media dst';

it('a set that a rule permits is extended where it is kept', async () => {
  const sets =
    'create media hash:net family inet comment\nadd media 52.112.0.0/14 comment "Teams"\ncreate other hash:net\n';
  expect(await fixes({ 'rules.v4': RULES(TO_MEDIA), 'ipset.conf': sets })).toEqual([
    'Permit Microsoft Teams: UDP 3478-3481 to 52.122.0.0/15 in the set media',
    'ipset.conf: add media 52.112.0.0/14 comment "Teams"\nadd media 52.122.0.0/15',
  ]);
});

it('a set is extended in the words of a script', async () => {
  const script = `#!/bin/sh\nipset create media hash:net\nipset -exist add media 52.112.0.0/14\niptables -P FORWARD DROP\niptables -A FORWARD -m state --state ESTABLISHED -j ACCEPT\niptables -A FORWARD -p udp --dport 3478:3481 ${TO_MEDIA} -j ACCEPT\n`;
  expect(await fixes({ 'fw.sh': script })).toEqual([
    'Permit Microsoft Teams: UDP 3478-3481 to 52.122.0.0/15 in the set media',
    'fw.sh: ipset -exist add media 52.112.0.0/14\nipset -exist add media 52.122.0.0/15',
  ]);
});

it('a set is left alone where more would be opened with it, or where it cannot hold networks', async () => {
  const both = `*filter\n:FORWARD DROP [0:0]\n-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT\n-A FORWARD -p udp -m udp --dport 3478:3481 ${TO_MEDIA} -j ACCEPT\n-A FORWARD -p tcp -m tcp --dport 22 ${TO_MEDIA} -j ACCEPT\nCOMMIT\n`;
  const nets = 'create media hash:net\nadd media 52.112.0.0/14\n';
  const addresses = `create media hash:ip\nadd media 52.112.0.1\n`;
  for (const files of [
    { 'rules.v4': both, 'ipset.conf': nets },
    { 'rules.v4': RULES(TO_MEDIA), 'ipset.conf': addresses },
  ]) {
    const offered = await fixes(files);
    expect(offered.some((line) => line.startsWith('rules.v4: '))).toBe(true);
    expect(offered.some((line) => line.startsWith('ipset.conf: '))).toBe(false);
  }
});
