import { describe, expect, it } from 'vitest';
import { problems, verdict } from './support.js';

const SIP = 'tcp 203.0.113.5:50000 > 10.0.0.1:5061';
const RULE = "New-NetFirewallRule -DisplayName 'SIP' -Direction Inbound -Protocol TCP -LocalPort 5061 -Action Allow\n";
const OUT = { hook: 'output', outInterface: 'Domain' } as const;
const ANYWHERE = { hook: 'input' } as const;

describe('commands that change what a script has set', () => {
  it('leave open what they do under a condition', () => {
    expect(verdict(`${RULE}if ($lab) { Set-NetFirewallRule -DisplayName SIP -Action Block }`, SIP)).toBe('undecided');
    expect(verdict(`${RULE}if ($lab) { Disable-NetFirewallRule -DisplayName SIP }`, SIP)).toBe('undecided');
    const blocked = 'Set-NetFirewallProfile -All -DefaultOutboundAction Block\n';
    expect(verdict(`${blocked}if ($lab) { Set-NetFirewallProfile -All -DefaultOutboundAction Allow }`, SIP, OUT)).toBe(
      'undecided',
    );
    const off = 'Set-NetFirewallProfile -All -Enabled False\n';
    expect(verdict(`${off}if ($prod) { Set-NetFirewallProfile -All -Enabled True }`, SIP)).toBe('undecided');
    expect(verdict(`${off}Set-NetFirewallProfile -All -Enabled True`, SIP)).toBe('deny');
    expect(verdict('Set-NetFirewallProfile -Profile $which -Enabled False', SIP)).toBe('undecided');
    expect(verdict('netsh advfirewall set currentprofile state off', SIP, ANYWHERE, 'a.cmd')).toBe('undecided');
  });

  it('leave everything open where conditions make too many versions of a rule', () => {
    const change = 'if ($lab) { Set-NetFirewallRule -DisplayName SIP -Action Block }\n';
    expect(verdict(RULE + change.repeat(100), SIP)).toBe('undecided');
  });

  it('are about the rules that they choose', () => {
    expect(verdict(`${RULE}Remove-NetFirewallRule -All`, SIP)).toBe('deny');
    expect(verdict(`${RULE}Disable-NetFirewallRule -Direction Inbound -Action Allow`, SIP)).toBe('deny');
    expect(verdict(`${RULE}Disable-NetFirewallRule -Direction Outbound`, SIP)).toBe('permit');
    expect(verdict(`${RULE}Get-NetFirewallRule -DisplayName 'S*' | Remove-NetFirewallRule`, SIP)).toBe('deny');
    expect(verdict(`${RULE}Get-NetFirewallRule -DisplayName 'T*' | Remove-NetFirewallRule`, SIP)).toBe('permit');
    for (const change of ['Remove', 'Disable']) {
      const some = `Get-NetFirewallRule | Where-Object DisplayName -match 'S' | ${change}-NetFirewallRule`;
      expect(verdict(`${RULE}${some}`, SIP)).toBe('undecided');
      expect(verdict(`${some}\n${RULE}`, SIP)).toBe('permit');
    }
  });

  it('of netsh choose by everything before the word new', () => {
    const both = `netsh advfirewall firewall add rule name="SIP" dir=in action=allow protocol=TCP localport=5061
netsh advfirewall firewall add rule name="SIP" dir=out action=block protocol=TCP remoteport=5061
`;
    const ask = (more: string, path = {}) =>
      verdict(both + more, SIP, { hook: 'input', inInterface: 'Domain', ...path }, 'rules.cmd');
    expect(ask('netsh advfirewall firewall delete rule name="SIP" dir=out')).toBe('permit');
    expect(ask('netsh advfirewall firewall delete rule name="SIP" dir=out', OUT)).toBe('permit');
    expect(ask('netsh advfirewall firewall delete rule name="SIP" dir=in')).toBe('deny');
    expect(ask('netsh advfirewall firewall delete rule name=all')).toBe('deny');
    expect(ask('netsh advfirewall firewall set rule name="SIP" dir=out new enable=no')).toBe('permit');
    expect(ask('netsh advfirewall firewall set rule name="SIP" dir=out new enable=no', OUT)).toBe('permit');
    expect(ask('netsh advfirewall firewall set rule name="SIP" dir=in new name="Voice" action=block')).toBe('deny');
    expect(ask('netsh advfirewall set allprofiles firewallpolicy blockinbound,blockoutbound', OUT)).toBe('deny');
    const reset = 'netsh advfirewall set allprofiles state off\nnetsh advfirewall reset';
    expect(ask(reset)).toBe('deny');
  });
});

it('leaves open what a batch file does under a condition', () => {
  const add = 'netsh advfirewall firewall add rule name="SIP" dir=in protocol=TCP localport=5061 action=';
  const ask = (text: string) => verdict(text, SIP, ANYWHERE, 'rules.cmd');
  expect(ask(`if "%1"=="x" ( ${add}allow )`)).toBe('undecided');
  expect(ask(`if "%1"=="x" (\n  ${add}allow\n)`)).toBe('undecided');
  expect(ask(`${add}allow\nif exist x (\n  echo 1\n) else (\n  ${add}block\n)`)).toBe('undecided');
  expect(ask(`if exist x (\n  echo 1\n)\n${add}allow`)).toBe('permit');
  expect(ask(`for %%p in (5060 5061) do if exist x ${add.replace('5061', '%%p')}allow`)).toBe('undecided');
  expect(ask(`for %%p in (5060 5061) do @${add.replace('5061', '%%p')}allow`)).toBe('permit');
});

it('reports no error that only running a batch file would show', () => {
  const add = 'netsh advfirewall firewall add rule name="SIP" dir=in action=allow protocol=TCP localport=';
  const lines = [
    `for /L %%i in (1,1,3) do ${add}700%%i`,
    `for %%p in (80 443) do (\n  ${add}%%p\n)`,
    `${add}%1`,
    `${add}%~2`,
  ];
  for (const line of lines) {
    expect(problems(line, 'rules.cmd').map((problem) => problem.slice(0, problem.indexOf(':')))).toEqual([
      'unmodelled-statement',
    ]);
  }
});

it('permits what a rule without a profile allows, whatever network it comes from', () => {
  expect(verdict(RULE, SIP, ANYWHERE)).toBe('permit');
  expect(verdict(`${RULE.trim()} -Profile Domain,Private,Public`, SIP, ANYWHERE)).toBe('permit');
  expect(verdict(`${RULE.trim()} -Profile Domain`, SIP, ANYWHERE)).toBe('undecided');
});

it('leaves open whether it is the system itself that listens', () => {
  expect(verdict(`${RULE.trim()} -Program System`, SIP)).toBe('undecided');
});
