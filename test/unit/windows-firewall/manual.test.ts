// Every cmdlet, parameter and command of the manuals is in the table of words, and nothing of them is left out silently.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { OTHER_CMDLETS } from '../../../server/src/dialects/windows-firewall/vocabulary/commands.js';
import { CMDLET_PARAMETERS, words } from '../../../server/src/dialects/windows-firewall/vocabulary/words.js';
import { problems, verdict } from './support.js';

const MANUAL = readFileSync(new URL('netsecurity.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => {
    const [name = '', parameters = ''] = line.split(/: ?/);
    return { name, parameters: parameters.split(' ').filter(Boolean) };
  });

const SIP = 'tcp 203.0.113.5:50000 > 10.0.0.1:5061';
const RULE = "New-NetFirewallRule -DisplayName 'SIP' -Direction Inbound -Protocol TCP -LocalPort 5061 -Action Allow";
const NETSH = 'advfirewall firewall add rule name="SIP" dir=in action=allow protocol=tcp localport=5061';

describe('the module NetSecurity', () => {
  const known = new Set(words.words.filter(({ place }) => place === 'cmdlet').map(({ name }) => name));

  it('has no cmdlet that the table has not, and the other way round', () => {
    expect([...known].sort()).toEqual(MANUAL.map(({ name }) => name).sort());
  });

  it.each(MANUAL.filter(({ parameters }) => parameters.length > 0))(
    'has no parameter of $name that is not read',
    ({ name, parameters }) => {
      const read = CMDLET_PARAMETERS.get(name.toLowerCase()) ?? [];
      const names = new Set(read.flatMap((one) => [one.name.toLowerCase(), ...(one.aliases ?? [])]));
      const missing = parameters.flatMap((one) => one.toLowerCase().split('|')).filter((one) => !names.has(one));
      expect(missing).toEqual([]);
    },
  );

  it.each(OTHER_CMDLETS)('has $name, which is $treatment', ({ name, treatment }) => {
    const text = `${RULE}\n${name} -Name x\n`;
    expect(verdict(text, SIP)).toBe(treatment === 'opaque' ? 'undecided' : 'permit');
    expect(problems(text)).toEqual(treatment === 'opaque' ? [`unmodelled-statement: ${name} -Name x`] : []);
  });

  it('may get more cmdlets, after which nothing is decided, unless the script defines them', () => {
    expect(problems(`${RULE}\nSet-NetFirewallFuture -On True\n`)).toEqual([
      'unmodelled-statement: Set-NetFirewallFuture -On True',
    ]);
    expect(verdict(`${RULE}\nSet-NetFirewallFuture -On True\n`, SIP)).toBe('undecided');
    expect(verdict(`function Set-NetFirewallOwn { 1 }\nSet-NetFirewallOwn\n${RULE}\n`, SIP)).toBe('permit');
    expect(verdict(`Get-NetFirewallFuture\n${RULE}\n`, SIP)).toBe('permit');
  });
});

describe('netsh', () => {
  const commands = words.words.filter(({ place }) => place === 'command of netsh');

  // Of the commands without effect, as their manual writes them.
  it.each(commands.filter(({ treatment }) => treatment === 'no-effect'))('leaves the firewall: $name', ({ name }) => {
    const text = `netsh ${NETSH}\n${name.replace('PROFILES', 'allprofiles')} x\n`;
    expect(problems(text, 'a.cmd')).toEqual([]);
    expect(verdict(text, SIP, undefined, 'a.cmd')).toBe('permit');
  });

  it.each([
    ...commands.filter(({ treatment }) => treatment === 'opaque').map(({ name }) => `${name} x`),
    'netsh advfirewall set allprofiles settings remotemanagement enable',
    'netsh advfirewall frobnicate',
    'netsh -c "advfirewall firewall" frobnicate',
    'netsh firewall set opmode disable',
    'netsh ipsec static add rule name="x" policy="y"',
  ])('leaves everything open after: %s', (command) => {
    const block = `netsh ${NETSH.replace('allow', 'block')}\n`;
    for (const name of ['a.cmd', 'a.ps1']) {
      expect(problems(`${command}\n`, name)).toHaveLength(1);
      expect(verdict(`${command}\n${block.replace('5061', '80')}`, SIP, undefined, name)).toBe('undecided');
    }
  });

  it('is found by its path and behind what starts it', () => {
    for (const command of [
      `"%SystemRoot%\\System32\\netsh.exe" ${NETSH}`,
      `%windir%\\system32\\netsh ${NETSH}`,
      `call netsh ${NETSH}`,
      `start "" /wait netsh ${NETSH}`,
      `cmd /c netsh ${NETSH}`,
    ])
      expect([command, verdict(`${command}\n`, SIP, undefined, 'a.cmd')]).toEqual([command, 'permit']);
  });
});

describe('a command that changes the firewall', () => {
  it.each([
    `[void](${RULE})`,
    `$name = (${RULE}).Name`,
    `$rule = $(${RULE})`,
    `Write-Host (netsh ${NETSH})`,
    `$output = cmd /c "netsh ${NETSH.replaceAll('"', '""')}"`,
    `$process = Start-Process netsh -ArgumentList '${NETSH}' -PassThru`,
    `return (${RULE})`,
    `$x = 1\n${RULE.replace('Allow', 'Block')} -Name b\n[void](Get-NetFirewallRule -Name b | Set-NetFirewallRule -Action Allow)`,
  ])('is followed within an expression: %s', (command) => {
    expect(verdict(`${command}\n`, SIP)).toBe('permit');
    expect(problems(`${command}\n`)).toEqual([]);
  });

  it.each([
    [`if (!(${RULE})) { 1 }`, 'New-NetFirewallRule'],
    [`"$(${RULE})"`, `"$(${RULE})"`],
    ['Stop-Service -Name MpsSvc -Force', 'Stop-Service -Name MpsSvc -Force'],
    ['sc.exe config mpssvc start= disabled', 'sc.exe config mpssvc start= disabled'],
    [
      "Set-ItemProperty 'HKLM:\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall\\DomainProfile' EnableFirewall 0",
      "Set-ItemProperty 'HKLM:\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall\\DomainProfile' EnableFirewall 0",
    ],
    ["$x = iex 'New-NetFirewallRule @y'", "iex 'New-NetFirewallRule @y'"],
  ])('leaves everything open where it is not followed: %s', (command, told) => {
    expect(verdict(`${command}\n`, SIP)).toBe('undecided');
    expect(problems(`${command}\n`)).toEqual([`unmodelled-statement: ${told}`]);
  });

  it.each([
    'net stop mpssvc',
    'reg add HKLM\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall\\DomainProfile /v EnableFirewall /d 0 /f',
    'powershell -Command "Enable-NetFirewallRule -Name x"',
  ])('leaves everything open in a batch file: %s', (command) => {
    expect(verdict(`${command}\n`, SIP, undefined, 'a.cmd')).toBe('undecided');
    expect(problems(`${command}\n`, 'a.cmd')).toEqual([`unmodelled-statement: ${command}`]);
  });

  it('leaves nothing open where it only turns the firewall on, or is only shown', () => {
    for (const command of ['Set-Service mpssvc -StartupType Automatic', 'Start-Service mpssvc', 'Get-Service mpssvc'])
      expect(verdict(`${command}\n${RULE}\n`, SIP)).toBe('permit');
    expect(verdict('echo net stop mpssvc\n', SIP, undefined, 'a.cmd')).toBe('deny');
  });
});

describe('a key of the registry in a variable', () => {
  const KEY = 'HKLM:\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall';

  it.each([
    [`$path = '${KEY}\\DomainProfile'`, 'Set-ItemProperty -Path $path -Name EnableFirewall -Value 0'],
    [`$base = '${KEY}'\n$path = Join-Path $base 'DomainProfile'`, 'New-ItemProperty $path EnableFirewall -Value 0'],
    [
      `$base = 'HKLM:\\SOFTWARE\\Policies\\Microsoft'\n$path = "$base\\WindowsFirewall"`,
      `Remove-Item \${path} -Recurse`,
    ],
    [
      `$all = @(\n  '${KEY}\\DomainProfile',\n  '${KEY}\\PublicProfile'\n)`,
      'Set-ItemProperty $all[0] EnableFirewall 0',
    ],
    [`$with = @{\n  Path = '${KEY}'\n  Name = 'x'\n}`, 'Set-ItemProperty @with'],
    [`$script:path = '${KEY}'`, 'si $script:path -Value 1'],
    [`Set-Location '${KEY}'`, 'Set-ItemProperty . EnableFirewall 0'],
    [`function Set-Key($k) { Set-ItemProperty $k EnableFirewall 0 }`, `Set-Key '${KEY}'`],
  ])('is opaque where the script writes there: %s', (before, command) => {
    const text = `${before}\n${command}\n${RULE.replace('5061', '80')}\n`;
    expect(problems(text)).toEqual([`unmodelled-statement: ${command}`]);
    expect(verdict(text, SIP)).toBe('undecided');
  });

  it.each([
    [`$path = '${KEY}'`, 'Get-ItemProperty $path'],
    [`$path = '${KEY}'`, 'Set-ItemProperty $paths x 1'],
    ["$path = 'HKLM:\\SOFTWARE\\Example'", 'Set-ItemProperty $path EnableFirewall 0'],
    ['function Get-Key($k) { Get-ItemProperty $k }', `Get-Key '${KEY}'`],
  ])('decides nothing where it does not: %s, then %s', (before, command) => {
    expect(problems(`${before}\n${command}\n${RULE}\n`)).toEqual([]);
    expect(verdict(`${before}\n${command}\n${RULE}\n`, SIP)).toBe('permit');
  });

  it.each([
    [
      'set KEY=HKLM\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall',
      'reg add %KEY%\\DomainProfile /v EnableFirewall /d 0 /f',
    ],
    ['set "KEY=HKLM\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall"', 'reg delete "!KEY!" /f'],
  ])('is opaque in a batch file: %s', (before, command) => {
    const text = `${before}\n${command}\n`;
    expect(problems(text, 'a.cmd')).toEqual([`unmodelled-statement: ${command}`]);
    expect(verdict(text, SIP, undefined, 'a.cmd')).toBe('undecided');
  });
});

describe('settings', () => {
  const off = (value: string) => `Set-NetFirewallProfile -Name Domain -DisabledInterfaceAliases ${value}\n`;

  it('may turn the firewall off on an interface, which decides nothing that is permitted anyway', () => {
    expect(verdict(off("'Ethernet 2'"), SIP)).toBe('undecided');
    expect(verdict(off('$names'), SIP)).toBe('undecided');
    expect(verdict(`${off("'Ethernet 2'")}${RULE}\n`, SIP)).toBe('permit');
    expect(verdict(off("'Ethernet 2'"), SIP, { hook: 'input', inInterface: 'Public' })).toBe('deny');
    expect(verdict(`${off("'Ethernet 2'")}${off('@()')}`, SIP)).toBe('deny');
    expect(verdict(off('NotConfigured'), SIP)).toBe('deny');
  });

  it('may exempt protocols from IPsec, which concerns no rule of the firewall', () => {
    const rule = "New-NetIPsecRule -DisplayName 'All' -InboundSecurity Require -OutboundSecurity Request\n";
    const ask = (setting: string) => verdict(`${rule}${setting}\n`, SIP, { point: 'ipsec' });
    expect(ask('Set-NetFirewallSetting -Exemptions None')).toBe('deny');
    expect(ask('Set-NetFirewallSetting -EnableStatefulFtp True')).toBe('deny');
    expect(ask('Set-NetFirewallSetting -Exemptions ICMP,DHCP')).toBe('undecided');
    expect(ask('netsh advfirewall set global ipsec defaultexemptions icmp')).toBe('undecided');
    expect(ask('netsh advfirewall set global ipsec defaultexemptions none')).toBe('deny');
    expect(ask('Update-NetIPsecRule -DisplayName All')).toBe('undecided');
    expect(verdict(`Set-NetFirewallSetting -Exemptions ICMP\n${RULE}\n`, SIP)).toBe('permit');
  });
});

describe('what stands in real scripts', () => {
  it.each([
    ['a condition on its own line after do', 'do {\n  $i++\n}\nwhile ($i -lt 3)\n'],
    ['until after do', 'do { $i++ } until ($i -ge 3)\n'],
    ['quotes within an expression of a text', `$a = "x $($b -replace '"', '\`"' -replace "c", "d") y"\n`],
    ['a text within a text within a text', '$a = "1 $(f "2 $(g "3") ) 4") 5"\n'],
  ])('is no error: %s', (_, text) => {
    expect(problems(`${text}${RULE}\n`)).toEqual([]);
    expect(verdict(`${text}${RULE}\n`, SIP)).toBe('permit');
  });
});
