import { describe, expect, it } from 'vitest';
import { detectDialect } from '../../../server/src/dialects/registry.js';
import { problems, verdict } from './support.js';

const SIP = 'tcp 203.0.113.5:50000 > 10.0.0.1:5061';
const MEDIA = 'udp 203.0.113.5:50000 > 10.0.0.1:3478';
const OUT = { hook: 'output', outInterface: 'Domain' } as const;

describe('PowerShell', () => {
  it('allows what a rule allows, blocks the rest of what comes in, and lets out what nobody blocks', () => {
    const rule =
      "New-NetFirewallRule -DisplayName 'SIP' -Direction Inbound -Protocol TCP -LocalPort 5061 -Action Allow\n";
    expect(verdict(rule, SIP)).toBe('permit');
    expect(verdict(rule, MEDIA)).toBe('deny');
    expect(verdict(rule, MEDIA, OUT)).toBe('permit');
  });

  it('lets a block win over any allow, whatever the order', () => {
    const rules = `
New-NetFirewallRule -DisplayName 'Block' -Direction Inbound -Action Block -RemoteAddress 203.0.113.0/24
New-NetFirewallRule -DisplayName 'Allow' -Direction Inbound -Action Allow
`;
    expect(verdict(rules, SIP)).toBe('deny');
    expect(verdict(rules, SIP.replace('203.0.113.5', '203.0.114.5'))).toBe('permit');
  });

  it('takes parameters in any order, shortened, with lists and ranges', () => {
    const rules = 'new-netfirewallrule -dir In -localp 80,443,"5060-5062" -prot TCP -disp Web -act Allow\n'.replace(
      '-dir In',
      '-dir Inbound',
    );
    expect(problems(rules)).toEqual([]);
    expect(verdict(rules, SIP)).toBe('permit');
    expect(verdict(rules, SIP.replace('5061', '5063'))).toBe('deny');
  });

  it('follows variables, loops, splats, continuations and comments', () => {
    const rules = `
<# New-NetFirewallRule -DisplayName 'Not this' -Action Allow #>
$ports = @(5061, 5062) # and more
$common = @{
  Direction = 'Inbound'
  Action    = 'Allow'
}
foreach ($port in $ports) {
  New-NetFirewallRule -DisplayName "SIP $port" @common \`
    -Protocol TCP -LocalPort $port
}
3478..3479 | ForEach-Object { New-NetFirewallRule -DisplayName "Media $_" @common -Protocol UDP -LocalPort $_ }
`;
    expect(problems(rules)).toEqual([]);
    expect(verdict(rules, SIP)).toBe('permit');
    expect(verdict(rules, MEDIA)).toBe('permit');
    expect(verdict(rules, MEDIA.replace('3478', '3480'))).toBe('deny');
  });

  it('leaves open what the script computes', () => {
    const rules =
      '$p = Get-Content ports.txt\nNew-NetFirewallRule -DisplayName A -Protocol TCP -LocalPort $p -Action Allow\n';
    expect(verdict(rules, SIP)).toBe('undecided');
    expect(verdict(rules, MEDIA)).toBe('deny');
    expect(problems(rules)).toEqual(['unmodelled-statement: $p']);
    expect(verdict('if ($x) { New-NetFirewallRule -DisplayName A -Protocol TCP -LocalPort 5061 }\n', SIP)).toBe(
      'undecided',
    );
    expect(verdict('New-NetFirewallRule -DisplayName A -Program C:\\a.exe -Action Allow\n', SIP)).toBe('undecided');
    expect(verdict('New-NetFirewallRule -DisplayName A -RemoteAddress LocalSubnet\n', SIP)).toBe('undecided');
  });

  it('changes, disables and removes the rules that it made', () => {
    const rule = "New-NetFirewallRule -DisplayName 'SIP in' -Protocol TCP -LocalPort 5060\n";
    expect(verdict(`${rule}Set-NetFirewallRule -DisplayName 'sip IN' -LocalPort 5061\n`, SIP)).toBe('permit');
    expect(verdict(`${rule}Disable-NetFirewallRule -DisplayName 'SIP*'\n`, SIP.replace('5061', '5060'))).toBe('deny');
    expect(
      verdict(`${rule}Get-NetFirewallRule -DisplayName 'SIP*' | Remove-NetFirewallRule\n`, SIP.replace('5061', '5060')),
    ).toBe('deny');
    expect(verdict("Enable-NetFirewallRule -DisplayGroup 'Remote Desktop'\n", SIP)).toBe('undecided');
  });

  it('knows profiles and their defaults', () => {
    const rules = `
Set-NetFirewallProfile -Profile Domain,Private -DefaultInboundAction Allow -DefaultOutboundAction Block
Set-NetFirewallProfile -Profile Public -Enabled False
New-NetFirewallRule -DisplayName A -Direction Outbound -Profile Private
`;
    const at = (profile: string) => [
      verdict(rules, SIP, { hook: 'input', inInterface: profile }),
      verdict(rules, SIP, { hook: 'output', outInterface: profile }),
    ];
    expect(at('Domain')).toEqual(['permit', 'deny']);
    expect(at('Private')).toEqual(['permit', 'permit']);
    expect(at('Public')).toEqual(['permit', 'permit']);
  });
});

describe('netsh', () => {
  it('adds, sets and deletes rules, in batch files and in PowerShell', () => {
    const rule =
      'netsh advfirewall firewall add rule name="SIP" dir=in action=allow protocol=TCP localport=5060-5061 remoteip=203.0.113.0/24,localsubnet\r\n';
    expect(verdict(rule.replace(',localsubnet', ''), SIP, undefined, 'a.cmd')).toBe('permit');
    expect(verdict(rule.replace(',localsubnet', ''), SIP)).toBe('permit');
    expect(verdict(`${rule}netsh advfirewall firewall delete rule name="sip"\r\n`, SIP, undefined, 'a.cmd')).toBe(
      'deny',
    );
    expect(
      verdict(`${rule}netsh advfirewall firewall set rule name="SIP" new enable=no\r\n`, SIP, undefined, 'a.cmd'),
    ).toBe('deny');
  });

  it('follows variables, carets and loops of batch files', () => {
    const rules = `@echo off
rem netsh advfirewall firewall add rule name="no" dir=in action=block
set PORT=5061
netsh advfirewall firewall add rule name="SIP" dir=in ^
  action=allow protocol=TCP localport=%PORT%
for %%p in (3478 3479) do netsh advfirewall firewall add rule name="M%%p" dir=in action=allow protocol=UDP localport=%%p
netsh advfirewall set allprofiles firewallpolicy blockinbound,blockoutbound
`;
    const at = (flow: string, path = { hook: 'input', inInterface: 'Domain' } as const) =>
      verdict(rules, flow, path, 'a.bat');
    expect(at(SIP)).toBe('permit');
    expect(at(MEDIA)).toBe('permit');
    expect(verdict(rules, MEDIA, OUT, 'a.bat')).toBe('deny');
    expect(verdict(rules.replace('set PORT=5061\n', ''), SIP, undefined, 'a.bat')).toBe('undecided');
  });
});

describe('a script', () => {
  it('is recognised by what it says', () => {
    expect(detectDialect('fe/rules.ps1', 'New-NetFirewallRule -DisplayName A\n')?.id).toBe('windows-firewall');
    expect(detectDialect('fe/rules.cmd', 'netsh advfirewall firewall add rule name=a dir=in action=allow\n')?.id).toBe(
      'windows-firewall',
    );
    expect(detectDialect('fe/other.ps1', 'Get-ChildItem\n')).toBeUndefined();
  });

  it('is reported where Windows refuses a rule', () => {
    expect(problems('New-NetFirewallRule -DisplayName A -LocalPort 80 -Protocol Any\n')).toEqual(['syntax-error: 80']);
    expect(problems('New-NetFirewallRule -DisplayName A -Protocol TCP -LocalPort 70000\n')).toEqual([
      'syntax-error: 70000',
    ]);
    expect(problems('New-NetFirewallRule -DisplayName A -Protcol TCP\n')).toEqual(['syntax-error: -Protcol']);
    expect(problems('New-NetFirewallRule -DisplayName A -RemoteAddress 10.0.0.300\n')).toEqual([
      'syntax-error: 10.0.0.300',
    ]);
    expect(
      problems(
        'New-NetFirewallRule -Name a -DisplayName A -Direction Outbound -Action Block\nNew-NetFirewallRule -Name A -DisplayName B\n',
      ),
    ).toEqual(['duplicate-name: A']);
  });

  it('is reported for names that contradict the rule', () => {
    const rule = (name: string, protocol: string, port: string) =>
      problems(`New-NetFirewallRule -DisplayName '${name}' -Protocol ${protocol} -LocalPort ${port}\n`);
    expect(rule('TCP3478', 'UDP', '3478')).toEqual(["misleading-name: 'TCP3478'"]);
    expect(rule('Media UDP 50000-50019', 'UDP', '50000-50018')).toEqual(["misleading-name: 'Media UDP 50000-50019'"]);
    expect(rule('Port 443', 'TCP', '4443')).toEqual(["misleading-name: 'Port 443'"]);
    for (const fine of ['TCP 443', '443/tcp', 'Skype 2015', 'UDP3478 for 10.0.0.1', 'TCP and UDP', 'SIP (TCP)']) {
      expect(rule(fine, fine.startsWith('UDP') ? 'UDP' : 'TCP', fine.startsWith('UDP') ? '3478' : '443')).toEqual([]);
    }
  });
});
