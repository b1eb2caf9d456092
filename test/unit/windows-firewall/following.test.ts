import { describe, expect, it } from 'vitest';
import { windowsFirewall } from '../../../server/src/dialects/windows-firewall/index.js';
import { problems, read, verdict } from './support.js';

const SIP = 'tcp 203.0.113.5:50000 > 10.0.0.1:5061';

function portOf(value: string): string {
  return verdict(`${value}\nNew-NetFirewallRule -DisplayName A -Protocol TCP -LocalPort $p\n`, SIP);
}

describe('PowerShell values', () => {
  it('are known after assignments that leave no choice', () => {
    expect(portOf('[int] $p = 5061')).toBe('permit');
    expect(portOf('$p = @(80)\n$p += 5061')).toBe('permit');
    expect(portOf('$p = 5061\nif ($x) { $q = 1 }')).toBe('permit');
  });

  it('are unknown where branches, rounds or commands may leave another one', () => {
    expect(portOf('$p = 5061\nif ($x) { $p = 80 }')).toBe('undecided');
    expect(portOf('$p = 80\n$p += 1')).toBe('undecided');
    expect(portOf('$p = 5061\nGet-Content x | ForEach-Object { $p = $_ }')).toBe('undecided');
    expect(portOf('$p = 5061\n$p, $q = Get-Ports')).toBe('undecided');
    expect(portOf('$p = @(Get-Content ports.txt)')).toBe('undecided');
    expect(portOf('$p = Get-Ports')).toBe('undecided');
    expect(portOf('$p = 80,$(Get-Port)')).toBe('undecided');
  });

  it('do not grow without end', () => {
    expect(portOf(`$p = "5061"\n${'$p = "$p$p"\n'.repeat(60)}`)).toBe('undecided');
    expect(portOf(`$p = 1,2\n${'$p = @($p; $p)\n'.repeat(60)}`)).toBe('undecided');
    expect(portOf(`$p = 1,2\n${'$p = $p, $p\n'.repeat(60)}`)).toBe('undecided');
    expect(portOf(`$p = @(1,2)\n${'$p += $p\n'.repeat(60)}`)).toBe('undecided');
  });
});

describe('PowerShell statements', () => {
  const rule = 'New-NetFirewallRule -DisplayName A -Protocol TCP -LocalPort 5061';

  it('follow a do loop, a pipe at the end of a line and the call operator', () => {
    expect(verdict(`do { $x = 1 } while ($x)\n${rule}\nfunction f { $y = 1 }\n`, SIP)).toBe('permit');
    expect(verdict(`${rule}\nGet-NetFirewallRule -DisplayName A |\n  Remove-NetFirewallRule\n`, SIP)).toBe('deny');
    const netsh = 'advfirewall firewall add rule name="A" dir=in action=allow protocol=tcp localport=5061';
    expect(verdict(`& netsh ${netsh}\n`, SIP)).toBe('permit');
    expect(verdict(`& "$env:windir\\System32\\netsh.exe" ${netsh}\n`, SIP)).toBe('permit');
  });

  it('may make one rule thousands of times, which is reported once', () => {
    const text = `New-NetFirewallRule -DisplayName Any\n1..20000 | ForEach-Object { ${rule} }\n`;
    expect(problems(text)).toEqual([`redundant-rule: ${rule}`]);
  });

  it('that nest too deeply leave verdicts undecided, and that is reported', () => {
    const text = `${'if ($x) {'.repeat(80)} ${rule} ${'}'.repeat(80)}\n`;
    expect(verdict(text, SIP)).toBe('undecided');
    expect(problems(text)).toEqual(['unmodelled-statement: {']);
  });
});

describe('batch files', () => {
  const add = (port: string) =>
    `netsh advfirewall firewall add rule name="A" dir=in action=allow protocol=TCP localport=${port}`;
  const ask = (text: string) => verdict(text, SIP, undefined, 'a.cmd');

  it('expand a variable when it is set', () => {
    expect(ask(`set A=5061\nset B=80,%A%\nset A=443\n${add('%B%')}\n`)).toBe('permit');
    expect(ask(`set A=5061\nset /p A=Port?\n${add('%A%')}\n`)).toBe('undecided');
  });

  it('hold several commands on a line, and blocks in blocks', () => {
    expect(ask(`${add('80')} & ${add('5061')}\n`)).toBe('permit');
    expect(ask(`(\n  (\n    echo 1\n  )\n  ${add('5061')}\n)\n`)).toBe('permit');
    expect(ask(`if exist x (\n  (\n    echo 1\n  )\n  ${add('5061')}\n)\n`)).toBe('undecided');
    expect(ask(`if exist x (\n  rem :-)\n  ${add('5061')}\n)\n`)).toBe('undecided');
    expect(ask(`if exist x (echo 1) else (echo 2)\n${add('5061')}\n`)).toBe('permit');
  });

  it('may import a policy that the script does not contain', () => {
    expect(ask('netsh advfirewall import "c:\\policy.wfw"\n')).toBe('undecided');
  });
});

it('folds blocks and commands over several lines', () => {
  const text = 'if ($x) {\n  New-NetFirewallRule `\n    -DisplayName A\n}\n';
  const folded = windowsFirewall.foldingRanges(read(text)).map(({ start, end }) => text.slice(start, end));
  expect(folded).toEqual([
    '{\n  New-NetFirewallRule `\n    -DisplayName A\n}',
    'New-NetFirewallRule `\n    -DisplayName A',
  ]);
});
