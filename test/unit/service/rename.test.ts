import { describe, expect, it } from 'vitest';
import { cisco } from '../../../server/src/dialects/cisco/index.js';
import type { Dialect } from '../../../server/src/dialects/dialect.js';
import { iptables } from '../../../server/src/dialects/iptables/index.js';
import { nftables } from '../../../server/src/dialects/nftables/index.js';
import { squid } from '../../../server/src/dialects/squid/index.js';
import type { CheckRequest } from '../../../server/src/service/checks.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { applyEdits } from '../../../server/src/text/edit.js';
import { MemoryFiles } from './toy.js';

const REQUEST: CheckRequest = { require: [], severity: {}, cloud: 'worldwide' };

type Files = Readonly<Record<string, string>>;

/** What renaming the name at `$0` in the first file gives: all files afterwards, or the refusal. */
async function rename(dialect: Dialect, given: Files, newName: string): Promise<Files | string> {
  const names = Object.keys(given);
  const [main = ''] = names;
  const offset = given[main]?.indexOf('$0') ?? -1;
  const texts = Object.fromEntries(names.map((name) => [name, (given[name] ?? '').replace('$0', '')]));
  const uriOf = (name: string) => `file:///network/${name}`;
  const service = new LanguageService(new MemoryFiles(new Map(names.map((name) => [uriOf(name), texts[name] ?? '']))));
  service.setFolders(['file:///network']);
  service.put(uriOf(main), dialect, texts[main] ?? '');
  const renaming = await service.rename(uriOf(main), offset, newName, REQUEST);
  if (!renaming) return 'not known';
  if ('refusal' in renaming) return renaming.refusal;
  return Object.fromEntries(
    names.map((name) => [
      name,
      applyEdits(
        texts[name] ?? '',
        renaming.edits.filter(({ uri }) => uri === uriOf(name)),
      ),
    ]),
  );
}

describe('a rename changes a name wherever it stands', () => {
  it('chains of iptables', async () => {
    const text = (name: string) =>
      `*filter\n:FORWARD DROP [0:0]\n:${name} - [0:0]\n-A FORWARD -j ${name}\n-A ${name} -j ACCEPT\nCOMMIT\n*nat\n:TEAMS - [0:0]\n-A PREROUTING -j TEAMS\nCOMMIT\n`;
    expect(await rename(iptables, { 'rules.v4': text('TEAMS').replace(':TEA', ':TE$0A') }, 'MEDIA')).toEqual({
      'rules.v4': text('MEDIA'),
    });
  });

  it('sets of ipset, in the file beside the rules', async () => {
    const rules = (name: string) =>
      `*filter\n:FORWARD DROP [0:0]\n-A FORWARD -m set --match-set ${name} dst -j ACCEPT\nCOMMIT\n`;
    const sets = (name: string) =>
      `create ${name} hash:net\ncreate other hash:net\nadd ${name} 52.112.0.0/14\nadd other 192.0.2.0/24\n`;
    expect(
      await rename(
        iptables,
        { 'rules.v4': rules('teams').replace('teams', '$0teams'), 'ipset.conf': sets('teams') },
        'media',
      ),
    ).toEqual({ 'rules.v4': rules('media'), 'ipset.conf': sets('media') });
  });

  it('sets and chains of a script', async () => {
    const text = (set: string) =>
      `#!/bin/sh\nipset create ${set} hash:net\nipset -exist add ${set} 52.112.0.0/14\niptables -N MEDIA\niptables -A MEDIA -m set --match-set ${set} dst -j ACCEPT\niptables -A FORWARD -j MEDIA\n`;
    expect(await rename(iptables, { 'fw.sh': text('teams').replace('teams', '$0teams') }, 'm365')).toEqual({
      'fw.sh': text('m365'),
    });
    const chain = { 'fw.sh': text('teams').replace('-N MEDIA', '-N $0MEDIA') };
    expect(await rename(iptables, chain, 'VOICE')).toEqual({ 'fw.sh': text('teams').replaceAll('MEDIA', 'VOICE') });
  });

  it('sets, chains and variables of nftables, in included files', async () => {
    const main = (name: string, variable: string) =>
      `define ${variable} = lan0\ninclude "sets.nft"\ntable inet filter {\n\tchain media { udp dport 3478 accept; }\n\tchain forward {\n\t\ttype filter hook forward priority 0; policy drop;\n\t\tiifname $${variable} ip daddr @${name} jump media\n\t}\n}\n`;
    const sets = (name: string) =>
      `table inet filter {\n\tset ${name} { type ipv4_addr; flags interval; elements = { 52.112.0.0/14 }; }\n}\n`;
    const files = { 'main.nft': main('teams', 'inside').replace('@te', '@t$0e'), 'sets.nft': sets('teams') };
    expect(await rename(nftables, files, 'm365')).toEqual({
      'main.nft': main('m365', 'inside'),
      'sets.nft': sets('m365'),
    });
    const variable = { 'main.nft': main('teams', 'inside').replace('define ', 'define $0'), 'sets.nft': sets('teams') };
    expect(await rename(nftables, variable, 'lan')).toEqual({
      'main.nft': main('teams', 'lan'),
      'sets.nft': sets('teams'),
    });
    const chain = {
      'main.nft': main('teams', 'inside').replace('jump media', 'jump me$0dia'),
      'sets.nft': sets('teams'),
    };
    expect(await rename(nftables, chain, 'voice')).toEqual({
      'main.nft': main('teams', 'inside').replaceAll('media', 'voice'),
      'sets.nft': sets('teams'),
    });
  });

  it('lists and groups of Cisco configurations', async () => {
    const text = (group: string, list: string) =>
      `object-group network ${group}\n 52.112.0.0 255.252.0.0\n!\nip access-list extended ${list}\n permit udp any object-group ${group} range 3478 3481\n!\ninterface Vlan10\n ip access-group ${list} in\n`;
    const group = { 'core.ios': text('TEAMS', 'LAN_IN').replace('object-group TEAMS', 'object-group $0TEAMS') };
    expect(await rename(cisco, group, 'M365')).toEqual({ 'core.ios': text('M365', 'LAN_IN') });
    const list = { 'core.ios': text('TEAMS', 'LAN_IN').replace('access-group LAN_IN', 'access-group $0LAN_IN') };
    expect(await rename(cisco, list, 'INSIDE')).toEqual({ 'core.ios': text('TEAMS', 'INSIDE') });
  });

  it('acls of squid, in included files, however they are capitalised', async () => {
    const main = (name: string) =>
      `acl ${name} src 10.0.0.0/8\ninclude /network/rules.conf\nhttp_access deny !${name}\nhttp_access deny all\nhttp_port 3128\n`;
    const rules = (name: string) => `http_access allow ${name}\n`;
    const files = { 'squid.conf': main('office').replace('!off', '!o$0ff'), 'rules.conf': rules('Office') };
    expect(await rename(squid, files, 'clients')).toEqual({
      'squid.conf': main('clients'),
      'rules.conf': rules('clients'),
    });
  });
});

describe('a rename is refused', () => {
  const save = `*filter\n:FORWARD DROP [0:0]\n:TEAMS - [0:0]\n:OTHER - [0:0]\n-A FORWARD -j $0TEAMS\n-A FORWARD -j OTHER\n-A TEAMS -j ACCEPT\nCOMMIT\n`;

  it.each([
    ['OTHER', /is already in use/],
    ['ACCEPT', /reserved by iptables/],
    ['LOG', /a target has this name/],
    ['A CHAIN', /only letters/],
    ['A'.repeat(29), /at most 28 characters/],
  ])('where a chain of iptables were to be called %s', async (name, refusal) => {
    expect(await rename(iptables, { 'rules.v4': save }, name)).toMatch(refusal);
  });

  it('for what the file does not define', async () => {
    const builtIn = { 'rules.v4': save.replace('$0', '').replace('-A FORWARD', '-A $0FORWARD') };
    expect(await rename(iptables, builtIn, 'OUT')).toMatch(/There is no name here/);
    const unknown = {
      'rules.v4': '*filter\n:FORWARD DROP [0:0]\n-A FORWARD -m set --match-set $0bad src -j DROP\nCOMMIT\n',
    };
    expect(await rename(iptables, unknown, 'worse')).toMatch(/There is no name here/);
    const all = { 'squid.conf': 'http_access deny a$0ll\nhttp_port 3128\n' };
    expect(await rename(squid, all, 'everyone')).toMatch(/There is no name here/);
  });

  it('where a word of the language, a number or a name that is taken were to be used', async () => {
    const nft = { 'a.nft': 'table ip f {\n\tset $0teams { type ipv4_addr; }\n\tset other { type ipv4_addr; }\n}\n' };
    expect(await rename(nftables, nft, 'accept')).toMatch(/keyword of nft/);
    expect(await rename(nftables, nft, '1st')).toMatch(/begins with a letter/);
    expect(await rename(nftables, nft, 'other')).toMatch(/already in use/);
    const numbered = { 'a.ios': 'access-list $0101 permit ip any any\n' };
    expect(await rename(cisco, numbered, 'LAN')).toMatch(/There is no name here/);
    const acl = { 'squid.conf': 'acl $0a src 10.0.0.1\nacl b src 10.0.0.2\nhttp_access allow a b\nhttp_port 3128\n' };
    expect(await rename(squid, acl, 'B')).toMatch(/already in use/);
  });
});
