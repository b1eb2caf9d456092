import { describe, expect, it } from 'vitest';
import { problems, verdict } from './support.js';

const SIP = 'tcp 203.0.113.5:50000 > 10.0.0.1:5061';
const RULE = "New-NetFirewallRule -DisplayName 'SIP' -Direction Inbound -Protocol TCP -LocalPort 5061 -Action Allow";
const FIND = "Get-NetFirewallRule -DisplayName 'SIP' -ErrorAction SilentlyContinue";

describe('a rule that is added if there is none of its name', () => {
  it('exists afterwards', () => {
    const forms = [
      `if (-not (${FIND})) { ${RULE} }`,
      `if (!(${FIND}))\n{\n  Write-Host 'adding'\n  ${RULE}\n}`,
      `if ((${FIND}) -eq $null) { ${RULE} }`,
      `if ($null -eq (${FIND})) { ${RULE} }`,
      `$found = ${FIND}\nif (-not $found) { ${RULE} }`,
      `$found = ${FIND}\nif ($found -eq $null) { ${RULE} }`,
      `if (${FIND}) { Write-Host 'known' } else { ${RULE} }`,
      `$found = ${FIND}\nif ($found) {\n  if ($verbose) { Write-Host 'known' }\n}\nelse {\n  if ($verbose) { Write-Host 'new' }\n  ${RULE}\n}`,
      `foreach ($name in 'SIP', 'SIP 2') { if (-not (Get-NetFirewallRule -DisplayName $name)) { ${RULE.replace("'SIP'", '$name')} } }`,
    ];
    for (const form of forms) expect([form, verdict(`${form}\n`, SIP)]).toEqual([form, 'permit']);
  });

  it('is left open where something else is asked for', () => {
    const forms = [
      `if (-not (Get-NetFirewallRule -DisplayName 'Other')) { ${RULE} }`,
      `if (${FIND}) { ${RULE} }`,
      `if (-not (${FIND}) -and $x) { ${RULE} }`,
      `if (-not (${FIND} | Where-Object Enabled)) { ${RULE} }`,
      `if (-not (${FIND} -PolicyStore 'corp.example\\Other')) { ${RULE} }`,
      `$found = ${FIND}\n$found = Test-Path x\nif (-not $found) { ${RULE} }`,
      `if ($x) { Write-Host 1 } else { ${RULE} }`,
      `if (-not (Get-NetFirewallRule @query)) { ${RULE} }`,
    ];
    for (const form of forms) expect([form, verdict(`${form}\n`, SIP)]).toEqual([form, 'undecided']);
    const changed = `${RULE}\nif (-not (${FIND})) { ${RULE.replace('Allow', 'Block')} }\n`;
    expect(verdict(changed, SIP)).not.toBe('deny');
  });

  it('keeps the conditions around the question', () => {
    expect(verdict(`if ($x) { if (-not (${FIND})) { ${RULE} } }\n`, SIP)).toBe('undecided');
  });
});

describe('tables of rules', () => {
  const make = 'New-NetFirewallRule -DisplayName $r.Name -Protocol $r.Proto -LocalPort $r.Port -Action $($r.Action)';
  const tables = (kind: string) =>
    `$rules = @(\n  ${kind}@{ Name = 'Web'; Proto = 'TCP'; Port = 443; Action = 'Allow' },\n  ${kind}@{ Name = 'SIP'; Proto = 'TCP'; Port = 5061; Action = 'Allow' }\n)\n`;

  it('are followed one by one', () => {
    for (const kind of ['', '[pscustomobject]', '[PSCustomObject] ']) {
      const rules = tables(kind);
      expect(problems(`${rules}foreach ($r in $rules) { ${make} }\n`)).toEqual([]);
      expect(verdict(`${rules}foreach ($r in $rules) { ${make} }\n`, SIP)).toBe('permit');
      expect(verdict(`${rules}$rules | ForEach-Object { ${make.replaceAll('$r.', '$_.')} }\n`, SIP)).toBe('permit');
      expect(verdict(`${rules}$rules | ForEach-Object { $r = $_; ${make} }\n`, SIP)).toBe('permit');
    }
  });

  it('are read by member, key and index', () => {
    const table = "$r = @{ Name = 'SIP'; Port = '5061' }\n";
    const rule = (port: string) => `New-NetFirewallRule -DisplayName "A $($r.Name)" -Protocol TCP -LocalPort ${port}\n`;
    expect(verdict(table + rule("$r['Port']"), SIP)).toBe('permit');
    expect(verdict(table + rule('"$($r.Port)"'), SIP)).toBe('permit');
    expect(verdict(`$all = @(${table.slice(5, -1)})\n${rule('$all[0].Port')}`, SIP)).toBe('permit');
    expect(verdict(`$p = 80, 5061\n${rule('$p[1]')}`, SIP)).toBe('permit');
    expect(verdict(`$p = 80, 5061\n${rule('$p[-1]')}`, SIP)).toBe('permit');
  });

  it('are unknown where they lack a member or are changed', () => {
    const rule = 'New-NetFirewallRule -DisplayName A -Protocol TCP -LocalPort $r.Port\n';
    expect(verdict(`$r = @{ Name = 'A' }\n${rule}`, SIP)).toBe('undecided');
    expect(verdict(`$r = @{ Port = 80 }\n$r.Port = 5061\n${rule}`, SIP)).toBe('undecided');
    expect(verdict(`$r = @{ Port = 80 }\n$r['Port'] = 5061\n${rule}`, SIP)).toBe('undecided');
    expect(verdict(`$r = @{ Port = 80 }\n$r.Add('x', 1)\n${rule}`, SIP)).toBe('undecided');
  });
});

describe('a filter over rules', () => {
  it('by their name selects them', () => {
    const some = (test: string) => `${RULE}\nGet-NetFirewallRule | Where-Object ${test} | Remove-NetFirewallRule\n`;
    for (const test of [
      "DisplayName -eq 'sip'",
      "DisplayName -like 'S*'",
      "{ $_.DisplayName -eq 'SIP' }",
      "{$_.DisplayName -like 'S*'}",
      "{ $PSItem.DisplayName -eq 'SIP' -and $_.Direction -eq 'Inbound' }",
      "-Property DisplayName -eq -Value 'SIP'",
    ]) {
      expect([test, verdict(some(test), SIP)]).toEqual([test, 'deny']);
    }
    expect(verdict(some("DisplayName -eq 'Other'"), SIP)).toBe('permit');
    expect(verdict(some("DisplayName -match 'S.*'"), SIP)).toBe('undecided');
    expect(verdict(some("{ $_.DisplayName -eq 'SIP' -or $_.Name -eq 'x' }"), SIP)).toBe('undecided');
  });
});
