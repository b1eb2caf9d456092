import { describe, expect, it } from 'vitest';
import { verdict } from './support.js';

const OUT = { hook: 'output', outInterface: 'Domain' } as const;
const WEB = 'tcp 10.1.2.3:50000 > 203.0.113.5:443';
const BLOCK = 'New-NetFirewallRule -DisplayName A -Direction Outbound -Protocol TCP -Action Block -RemotePort';
const TABLE =
  "$t = @{ DisplayName = 'A'; Direction = 'Outbound'; Protocol = 'TCP'; RemotePort = 80; Action = 'Block' }";

describe('a rule whose words PowerShell finds elsewhere may be any rule', () => {
  it.each([
    ['a table that is changed', `${TABLE}\n$t.RemotePort = 443\nNew-NetFirewallRule @t`],
    ['a table that is computed', '$t = Get-Rule\nNew-NetFirewallRule @t'],
    ['an alias of the cmdlet', `Set-Alias nf New-NetFirewallRule\n${BLOCK.replace('New-NetFirewallRule', 'nf')} 443`],
    ['a cmdlet in a variable', `$c = 'New-NetFirewallRule'\n${BLOCK.replace('New-NetFirewallRule', '& $c')} 443`],
    [
      'defaults of parameters',
      `$PSDefaultParameterValues['*:Action'] = 'Block'\n${BLOCK.replace('-Action Block', '')} 443`,
    ],
  ])('%s', (_, text) => {
    expect(verdict(text, WEB, OUT)).toBe('undecided');
  });

  it.each([
    ['the name of the module', `NetSecurity\\${BLOCK} 443`],
    ['parameters of the script on the same line', `[CmdletBinding()] param([string] $x) ${BLOCK} 443`],
    [
      'the sign that passes words on',
      'netsh --% advfirewall firewall add rule name=A dir=out action=block protocol=tcp remoteport=443',
    ],
  ])('%s changes nothing', (_, text) => {
    expect(verdict(text, WEB, OUT)).toBe('deny');
    expect(verdict(text, WEB.replace('443', '444'), OUT)).toBe('permit');
  });
});

const ADD = 'netsh advfirewall firewall add rule name=A dir=out action=block protocol=tcp remoteport=';

describe('the variables of a batch file are those that cmd has where a rule is added', () => {
  it.each([
    ['behind endlocal those from before', 'set P=443\nsetlocal\nset P=80\nendlocal\nADD%P%', 'deny'],
    [
      'behind a part that ends its own',
      'set P=443\ncall :f\nADD%P%\ngoto :eof\n:f\nsetlocal\nset P=80\nexit /b',
      'deny',
    ],
    ['what a part sets each time', 'call :f\nset P=80\ncall :f\nADD%P%\ngoto :eof\n:f\nset P=443\nexit /b', 'deny'],
    [
      'a part that is possibly called',
      'set P=80\nif exist x call :f\nADD%P%\ngoto :eof\n:f\nset P=443\nexit /b',
      'undecided',
    ],
    ['another script', 'set P=80\ncall other.cmd\nADD%P%', 'undecided'],
    ['what is computed', 'set P=442\nset /a P+=1\nADD%P%', 'undecided'],
    ['what is replaced twice', 'set P=80\ncall set P=%%Q%%\nADD%P%', 'undecided'],
    ['a round behind a jump back', 'set P=80\n:l\nADD%P%\nset P=443\nif exist x goto l', 'undecided'],
    ['names that are no words', 'set web-port=443\nADD%web-port%', 'deny'],
    [
      'a part that removes, called twice',
      'ADD443\ncall :c\nADD443\ncall :c\ngoto :eof\n:c\nnetsh advfirewall firewall delete rule name=A\nexit /b',
      'permit',
    ],
  ])('%s', (_, text, expected) => {
    expect(verdict(text.replaceAll('ADD', ADD), WEB, OUT, 'rules.cmd')).toBe(expected);
  });
});
