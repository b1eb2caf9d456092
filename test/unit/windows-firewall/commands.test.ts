import { describe, expect, it } from 'vitest';
import { problems, read, verdict } from './support.js';

const SIP = 'tcp 203.0.113.5:50000 > 10.0.0.1:5061';
const OUT = { hook: 'output', outInterface: 'Domain' } as const;
const RULE = "New-NetFirewallRule -DisplayName 'SIP' -Direction Inbound -Protocol TCP -LocalPort 5061 -Action Allow";
const NETSH = 'advfirewall firewall add rule name="SIP" dir=in action=allow protocol=tcp localport=5061';

describe('commands that other commands run', () => {
  it('are followed where they stand there as they are', () => {
    for (const text of [
      `cmd /c netsh ${NETSH}`,
      `cmd.exe /C "netsh ${NETSH.replaceAll('"', '""')}"`,
      `cmd /c 'netsh.exe ${NETSH}' | Out-Null`,
      `Invoke-Expression 'netsh ${NETSH}'`,
      `iex "netsh ${NETSH.replaceAll('"', '`"')}"`,
      `$port = 5061\niex "netsh ${NETSH.replaceAll('"', '`"').replace('5061', '$port')}"`,
      `Start-Process netsh -ArgumentList '${NETSH}' -Wait -NoNewWindow`,
      `Start-Process -FilePath netsh.exe -ArgumentList 'advfirewall','firewall','add','rule','name="SIP"','dir=in','action=allow','protocol=tcp','localport=5061'`,
      `& netsh ${NETSH} > $null`,
      `netsh ${NETSH} 2>&1 | Out-Null`,
      `$exe = "$env:windir\\System32\\netsh.exe"\n& $exe ${NETSH}`,
      `& (Join-Path $env:windir 'System32\\netsh.exe') ${NETSH}`,
    ]) {
      expect([text, verdict(`${text}\n`, SIP)]).toEqual([text, 'permit']);
      expect(problems(`${text}\n`)).toEqual([]);
    }
  });

  it('leave everything open where they are not followed, and that is told', () => {
    for (const text of [
      `powershell -Command "${RULE.replaceAll("'", '')}"`,
      `Invoke-Expression "${RULE}"`,
      `cmd /c "echo 1 & netsh ${NETSH.replaceAll('"', '""')}"`,
      `Start-Process powershell -ArgumentList "-Command ${RULE}"`,
    ]) {
      expect([text, verdict(`${text}\n`, SIP)]).toEqual([text, 'undecided']);
      expect(problems(`${text}\n`)).toEqual([`unmodelled-statement: ${text}`]);
    }
    expect(verdict(`Write-Host 'netsh ${NETSH}'\n`, SIP)).toBe('deny');
  });

  it('may be objects of the firewall', () => {
    const policy = '$fw = New-Object -ComObject HNetCfg.FwPolicy2\n';
    for (const change of [
      '$fw.DefaultOutboundAction(1) = 0',
      '$fw.Rules.Add($rule)',
      '$fw.FirewallEnabled(2) = $false',
    ]) {
      expect([change, verdict(`${policy}${change}\n${RULE}\n`, SIP)]).toEqual([change, 'undecided']);
      expect(problems(`${policy}${change}\n${RULE}\n`)).toEqual([`unmodelled-statement: ${change}`]);
    }
    expect(verdict(`${policy}$fw.Rules | Select-Object Name\n${RULE}\n`, SIP)).toBe('permit');
    expect(verdict(`$log.Lines.Add('x')\n${RULE}\n`, SIP)).toBe('permit');
  });
});

describe('a script', () => {
  it('ends where it exits or returns', () => {
    for (const end of [
      'return',
      'exit',
      'exit 0',
      'return $true',
      'foreach ($i in 1, 2) { exit }',
      'try { return } catch { }',
    ]) {
      expect([end, verdict(`${end}\n${RULE}\n`, SIP)]).toEqual([end, 'deny']);
      expect([end, verdict(`${RULE}\n${end}\n`, SIP)]).toEqual([end, 'permit']);
    }
    expect(verdict(`return ${RULE}\n`, SIP)).toBe('permit');
  });

  it('goes on after the exits of exceptions', () => {
    for (const guard of [
      'if (-not $isAdmin) { Write-Host no; exit 1 }',
      'function Stop-Here { return 1 }',
      '1, 2 | ForEach-Object { return }',
      'Get-Content x | ForEach-Object { return }',
      'try { Get-Item x } catch { exit }',
    ]) {
      expect([guard, verdict(`${guard}\n${RULE}\n`, SIP)]).toEqual([guard, 'permit']);
    }
    const block = RULE.replace('Allow', 'Block');
    expect(verdict(`${RULE}\nif ($x) { return\n${block} }\n`, SIP)).toBe('permit');
  });

  it('of batch ends where it exits, unless a label follows', () => {
    const ask = (text: string) => verdict(text, SIP, undefined, 'a.cmd');
    expect(ask(`netsh ${NETSH}\r\nexit /b 0\r\nnetsh ${NETSH.replace('allow', 'block')}\r\n`)).toBe('permit');
    expect(ask(`goto :eof\nnetsh ${NETSH}\n`)).toBe('deny');
    expect(ask(`if "%1"=="" exit /b 1\nnetsh ${NETSH}\n`)).toBe('permit');
    expect(ask(`call :open\nexit /b\n:open\nnetsh ${NETSH}\n`)).toBe('permit');
  });

  it('of batch goes on at the label that goto names, and leaves out what stands in front of it', () => {
    const ask = (text: string) => verdict(text, SIP, undefined, 'a.cmd');
    const command = `netsh ${NETSH}`;
    expect(ask(`goto end\n${command}\n:end\n`)).toBe('deny');
    expect(ask(`goto open\nexit /b\n:open\n${command}\n`)).toBe('permit');
    expect(ask(`if exist C:\\done goto end\n${command}\n:end\n`)).toBe('undecided');
    expect(ask(`if "%1"=="off" goto off\nexit /b\n:off\n${command}\n`)).toBe('undecided');
    // What only tells that the permission is missing is the exception.
    expect(ask(`net session || goto no\n${command}\ngoto end\n:no\necho no\n:end\n`)).toBe('permit');
  });

  it('of batch that cuts a part out of a variable is not an invalid value', () => {
    const text = `set P=5061-x\nnetsh advfirewall firewall add rule name=SIP dir=in action=allow protocol=tcp localport=%P:~0,4%\n`;
    expect(verdict(text, SIP, undefined, 'a.cmd')).toBe('undecided');
  });

  it('leaves a loop where break and continue say so', () => {
    const loop = (body: string) => verdict(`foreach ($port in 5060, 5061) { ${body} }\n`, SIP);
    expect(loop(`break\n${RULE}`)).toBe('deny');
    expect(loop(`continue\n${RULE}`)).toBe('deny');
    expect(loop(`${RULE}\nbreak`)).toBe('permit');
    expect(loop(`if (Test-Path $port) { continue }\n${RULE}`)).toBe('undecided');
    expect(loop(`if (Test-Path $port) { if ($a) { break } }\n${RULE}`)).toBe('undecided');
    expect(loop(`${RULE}\nif (Test-Path $port) { break }`)).toBe('permit');
    expect(loop(`switch ($port) { 5060 { break } default { ${RULE} } }`)).toBe('permit');
    expect(verdict(`foreach ($a in 1, 2) { foreach ($b in 1, 2) { break } ${RULE} }\n`, SIP)).toBe('permit');
    expect(verdict(`throw 'no'\n${RULE}\n`, SIP)).toBe('deny');
  });

  it('that takes rules from what it computes is undecided', () => {
    expect(verdict(`Import-Csv rules.csv | New-NetFirewallRule -Direction Inbound -Action Allow\n`, SIP)).toBe(
      'undecided',
    );
  });

  it('that runs a text or words of a variable is undecided', () => {
    for (const call of [
      '$c = "netsh advfirewall set allprofiles state off"\niex $c',
      'Invoke-Expression -Command $c',
      "$a = 'advfirewall', 'set', 'allprofiles', 'state', 'off'\n& netsh @a",
      "$a = 'advfirewall', 'set', 'allprofiles', 'state', 'off'\nnetsh $a",
      "(New-Object -ComObject HNetCfg.FwPolicy2).Rules.Remove('SIP')",
      "$t = [Type]::GetTypeFromProgID('HNetCfg.FwPolicy2')\n$p = [Activator]::CreateInstance($t)\n$p.FirewallEnabled(1) = $false",
    ]) {
      expect([call, verdict(`${RULE}\n${call}\n`, SIP)]).toEqual([call, 'undecided']);
    }
    expect(verdict(`${RULE}\n(New-Object -ComObject HNetCfg.FwPolicy2).Rules | Out-File a\n`, SIP)).toBe('permit');
  });

  it('understands the abbreviations of netsh', () => {
    for (const command of ['advf f a r', 'adv firewall add ru', 'adv fi ad rule']) {
      const text = `netsh ${NETSH.replace('advfirewall firewall add rule', command)}\n`;
      expect([command, verdict(text, SIP, undefined, 'a.cmd')]).toEqual([command, 'permit']);
    }
  });
});

describe('commands that Windows rejects or only shows', () => {
  it('make no rules', () => {
    expect(verdict(`${RULE} -WhatIf\n`, SIP)).toBe('deny');
    expect(verdict(`${RULE} -wi\n`, SIP)).toBe('deny');
    expect(verdict(`${RULE} -WhatIf:$false\n`, SIP)).toBe('permit');
    expect(verdict(`${RULE} -WhatIf:$dry\n`, SIP)).toBe('undecided');
    expect(verdict(`${RULE}\nRemove-NetFirewallRule -DisplayName SIP -WhatIf\n`, SIP)).toBe('permit');
    expect(verdict(`${RULE} -Enabled $true\n`, SIP)).toBe('deny');
    expect(verdict(`${RULE} -Enabled True\n`, SIP)).toBe('permit');
    expect(verdict(`$p = @{ Enabled = $true }\n${RULE} @p\n`, SIP)).toBe('deny');
    expect(verdict('Set-NetFirewallProfile -All -Enabled $false\n', SIP)).toBe('deny');
  });

  it('are told, with what to write instead', () => {
    const document = read(`${RULE} -Enabled $true\n`);
    expect(document.problems.map(({ code, message, fix }) => [code, message, fix?.edits[0]?.newText])).toEqual([
      ['syntax-error', 'Windows rejects the command: this parameter takes the text True, not $true', 'True'],
    ]);
  });

  it('of netsh lack an argument', () => {
    for (const lost of [/dir=\w+ /, /action=\w+ /, /name="SIP" /]) {
      const text = `netsh ${NETSH.replace(lost, '')}`;
      expect([text, verdict(`${text}\n`, SIP, undefined, 'a.cmd')]).toEqual([text, 'deny']);
      expect(problems(`${text}\n`, 'a.cmd')).toEqual([`syntax-error: ${text}`]);
    }
  });

  it('leave open what becomes of a rule that cannot be read', () => {
    expect(verdict('New-NetFirewallRule -DisplayName A -LocalPort 5061 -Action Allow\n', SIP)).toBe('undecided');
    expect(verdict(`${RULE} -Profile Work\n`, SIP)).toBe('undecided');
  });
});

describe('filters of rules', () => {
  it('are changed for their rules', () => {
    const name = `${RULE} -Name sip\n`;
    const find = 'Get-NetFirewallRule -Name sip | ';
    const change = (filter: string, values: string) =>
      `${name}${find}Get-NetFirewall${filter}Filter | Set-NetFirewall${filter}Filter ${values}\n`;
    expect(verdict(change('Address', '-RemoteAddress 10.0.0.0/8'), SIP)).toBe('deny');
    expect(verdict(change('Port', '-Protocol TCP -LocalPort 80'), SIP)).toBe('deny');
    expect(verdict(change('Application', '-Program C:\\a.exe'), SIP)).toBe('undecided');
    expect(verdict(`${name}${find}Set-NetFirewallRule -Action Block\n`, SIP)).toBe('deny');
    const variable = `${name}$r = Get-NetFirewallRule -Name sip\nSet-NetFirewallRule -InputObject $r -Action Block\n`;
    expect(verdict(variable, SIP)).toBe('deny');
    expect(verdict(`${name}$r = Get-NetFirewallRule -Name sip\n$r | Disable-NetFirewallRule\n`, SIP)).toBe('deny');
    const some = `${name}Get-NetFirewallPortFilter | Where-Object LocalPort -eq 5061 | Get-NetFirewallRule | Disable-NetFirewallRule\n`;
    expect(verdict(some, SIP)).toBe('undecided');
  });

  it('of profiles choose which are set', () => {
    const set = (profile: string) =>
      `Get-NetFirewallProfile -Name ${profile} | Set-NetFirewallProfile -Enabled False\n`;
    expect(verdict(set('Domain'), SIP)).toBe('permit');
    expect(verdict(set('Public'), SIP)).toBe('deny');
    expect(verdict(set('$which'), SIP)).toBe('undecided');
    expect(verdict('Get-NetFirewallProfile | Set-NetFirewallProfile -Enabled False\n', SIP)).toBe('permit');
  });
});

describe('words of the manual', () => {
  it('are no errors', () => {
    const rules = [
      "New-NetIPsecRule -DisplayName 'x' -SecIn None -SecOut None -LocalAddress 10.1.2.10 -IPsecRuleName x",
      `${RULE} -LSM $true -InformationAction SilentlyContinue -WarningVariable w -OutBuffer 1 -pv p -cf -Session $cim`,
      'Get-NetFirewallRule -PolicyStore ActiveStore -TracePolicyStore | Out-Null',
      'Get-NetFirewallRule -PolicyStoreSourceType GroupPolicy -PolicyStoreSource x | Out-Null',
      "New-NetFirewallRule -DisplayName 'RPC' -LocalPort RPCEPMap",
    ];
    expect(problems(`${rules.join('\n')}\n`)).toEqual([]);
  });

  it('restrict keywords for addresses to a family', () => {
    const rule = (address: string) => `${RULE} -RemoteAddress ${address}\n`;
    const v6 = 'tcp [2001:db8::1]:50000 > [2001:db8::2]:5061';
    for (const keyword of ['Internet4', 'DefaultGateway4', 'DNS4', 'LocalSubnet4', 'PlayToDevice4']) {
      expect(problems(rule(keyword))).toEqual([]);
      expect(verdict(rule(keyword), SIP)).toBe('undecided');
      expect(verdict(rule(keyword), v6)).toBe('deny');
    }
    expect(verdict(rule('Intranet'), v6)).toBe('undecided');
    expect(verdict(rule('DHCP6'), SIP)).toBe('deny');
  });

  it('exempt from IPsec in one direction where the other has its default', () => {
    const text =
      'New-NetIPsecRule -DisplayName A -InboundSecurity None\nNew-NetIPsecRule -DisplayName B -Mode Tunnel\n';
    expect(problems(text)).toEqual([]);
    expect(verdict(text, SIP, { point: 'ipsec' })).toBe('permit');
  });
});

it('expands a variable of a batch file in another', () => {
  const text = `set A=80\nset B=%A%,5061\nnetsh ${NETSH.replace('5061', '%B%')}\n`;
  expect(verdict(text, SIP, undefined, 'a.cmd')).toBe('permit');
  expect(problems(text.replace('set A=80\n', ''), 'a.cmd')).toEqual(['unmodelled-statement: localport=%B%']);
  expect(verdict(text, SIP, OUT, 'a.cmd')).toBe('permit');
});
