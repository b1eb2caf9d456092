// What an editor says beside a text that it does not show: here as it stands on the line, between » and «.
import { expect, test } from 'vitest';
import { languageById } from '../../../server/src/configuration/languages.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { applyEdits } from '../../../server/src/text/edit.js';
import { MemoryFiles } from './toy.js';

async function shown(language: string, text: string): Promise<readonly string[]> {
  const uri = 'file:///network/file';
  const service = new LanguageService(new MemoryFiles(new Map()));
  service.setFolders(['file:///network']);
  service.put(uri, languageById(language), text);
  const hints = await service.contentHints(uri, { start: 0, end: text.length });
  const edits = hints.map(({ offset, label }) => ({ range: { start: offset, end: offset }, newText: `»${label}«` }));
  return applyEdits(text, edits)
    .split('\n')
    .filter((line) => line.includes('»'))
    .map((line) => line.trim());
}

const NFT = `table inet filter {
  set admins {
    type ipv4_addr
    elements = { 10.1.1.1, 10.1.1.2 }
  }
  set seen {
    type ipv4_addr
    flags dynamic
    elements = { 10.9.9.9 }
  }
  chain forward {
    type filter hook forward priority filter;
    ip saddr @admins accept
    ip saddr @seen drop
  }
  chain input {
    type filter hook input priority filter; policy drop;
  }
  chain help {
  }
}
`;

test('nft: elements of a set that stays as it is, and the policy of a chain that names none', async () => {
  expect(await shown('nftables', NFT)).toEqual(['ip saddr @admins»2: 10.1.1.1, …« accept', '}»policy accept«']);
});

test('squid: values of an acl, and the opposite of the last http_access', async () => {
  const acls = 'acl office src 10.0.0.0/8 192.0.2.0/24\nacl one dstdomain .example.com\n';
  expect(await shown('squid', `${acls}http_access deny one\nhttp_access allow office\n`)).toEqual([
    'http_access deny one».example.com«',
    'http_access allow office»2: 10.0.0.0/8, …«»otherwise deny«',
  ]);
  expect(await shown('squid', 'http_access allow localhost\nhttp_access deny all\n')).toEqual([]);
  expect(await shown('squid', 'http_access allow localhost\ninclude conf.d/*.conf\n')).toEqual([]);
});

test('cisco: members of a group, and the deny behind the last entry', async () => {
  const group = 'object-group network T\n 10.0.0.0 255.0.0.0\n host 192.0.2.1\n';
  expect(
    await shown(
      'cisco',
      `${group}ip access-list extended A\n permit tcp object-group T any eq 443\n deny udp any any\n`,
    ),
  ).toEqual(['permit tcp object-group T»2: 10.0.0.0/8, …« any eq 443', 'deny udp any any»otherwise deny«']);
  expect(await shown('cisco', 'ip access-list extended A\n permit tcp any any\n deny ip any any log\n')).toEqual([]);
});

test('iptables: elements of a set, and values of variables in a script, all of them in a loop', async () => {
  const script = `#!/bin/sh
OUT=eth1
NETS="52.112.0.0/14 52.122.0.0/15"
ipset create media hash:net,port
ipset add media 52.112.0.0/14,udp:3478
ipset add media 52.122.0.0/15,udp:3479 nomatch
ipset create seen hash:ip
for net in $NETS; do
  iptables -A FORWARD -o "$OUT" -d $net -p udp -j ACCEPT
done
iptables -A FORWARD -m set --match-set media dst,dst -j ACCEPT
iptables -A FORWARD -m set --match-set seen src -j DROP
iptables -A FORWARD -s $CLIENTS -j ACCEPT
iptables -A FORWARD -j SET --add-set seen src
`;
  expect(await shown('iptables', script)).toEqual([
    'iptables -A FORWARD -o "$OUT"»eth1« -d $net»2: 52.112.0.0/14, …« -p udp -j ACCEPT',
    'iptables -A FORWARD -m set --match-set media»2: 52.112.0.0/14,udp:3478, …« dst,dst -j ACCEPT',
  ]);
});

test('netpolicy: members of a group, as they are written', async () => {
  const groups = 'groups:\n  addresses:\n    offices: [10.1.0.0/16, 10.2.0.0/16]\n    all: [offices]\n';
  const rules =
    'firewall:\n  default: deny\n  rules:\n    - name: web\n      action: permit\n      from: [all, offices]\n';
  expect(await shown('netpolicy', groups + rules)).toEqual([
    'all: [offices»2: 10.1.0.0/16, …«]',
    'from: [all»offices«, offices»2: 10.1.0.0/16, …«]',
  ]);
});

test('Windows: values of the variables that are arguments of a rule', async () => {
  const powershell = `$ports = 5060, 5061
New-NetFirewallRule -DisplayName 'SIP' -Direction Inbound -Protocol TCP -LocalPort $ports -Action Allow -Enabled True
foreach ($one in 80, 443) {
  New-NetFirewallRule -DisplayName "web $one" -Direction Inbound -Protocol TCP -LocalPort $one -Action Allow
}
`;
  expect(await shown('windows-firewall', powershell)).toEqual([
    "New-NetFirewallRule -DisplayName 'SIP' -Direction Inbound -Protocol TCP -LocalPort $ports»2: 5060, …« -Action Allow -Enabled True",
    'New-NetFirewallRule -DisplayName "web $one" -Direction Inbound -Protocol TCP -LocalPort $one»2: 80, …« -Action Allow',
  ]);
  const batch = `@echo off
set PORTS=5060,5061
netsh advfirewall firewall add rule name="SIP" dir=in action=allow protocol=TCP localport=%PORTS%
`;
  expect(await shown('windows-firewall', batch)).toEqual([
    'netsh advfirewall firewall add rule name="SIP" dir=in action=allow protocol=TCP localport=%PORTS%»2: 5060, …«',
  ]);
});
