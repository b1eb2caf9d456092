import { describe, expect, it } from 'vitest';
import { analyze, type Checks } from '../../../server/src/analysis/analyze.js';
import { fixesFor } from '../../../server/src/analysis/fixes/remedies.js';
import type { Requirement } from '../../../server/src/catalog/requirement.js';
import { windowsFirewall } from '../../../server/src/dialects/windows-firewall/index.js';
import { applyEdits } from '../../../server/src/text/edit.js';
import { NO_SOURCES, problems, read, verdictOfAll as verdict } from './support.js';

const SIP = 'tcp 203.0.113.5:50000 > 10.0.0.1:5061';
const RULE = "New-NetFirewallRule -DisplayName 'SIP' -Direction Inbound -Protocol TCP -LocalPort 5061 -Action Allow";
const CLIENTS = "-PolicyStore 'corp.example\\Clients'";
const KIOSKS = "-PolicyStore 'corp.example\\Kiosks'";

describe('policy stores', () => {
  it('of one name complete each other, however they are named', () => {
    const block = (store: string) => `${RULE.replace('Allow', 'Block')} ${store}\n`;
    expect(verdict(`${RULE} ${CLIENTS}\n`, SIP)).toBe('permit');
    expect(verdict(`${RULE} ${CLIENTS}\n${block('-PolicyStore CORP.example\\clients')}`, SIP)).toBe('deny');
    const session = `$gpo = Open-NetGPO ${CLIENTS}\n`;
    const web = RULE.replace('5061', '443');
    expect(verdict(`${session}${RULE} ${CLIENTS}\n${web} -GPOSession $gpo\nSave-NetGPO -GPOSession $gpo\n`, SIP)).toBe(
      'permit',
    );
    expect(verdict(`${RULE} -PolicyStore $store\n${block('-PolicyStore $store')}`, SIP)).toBe('deny');
    expect(verdict(`${RULE}\n${block('-PolicyStore PersistentStore')}`, SIP)).toBe('deny');
  });

  it('of different group policies never complete each other', () => {
    const other = "New-NetFirewallRule -DisplayName 'Web' -Protocol TCP -LocalPort 443";
    expect(verdict(`${RULE} ${CLIENTS}\n${other} ${KIOSKS}\n`, SIP)).toBe('deny');
    expect(verdict(`${RULE} ${CLIENTS}\n${RULE} ${KIOSKS}\n`, SIP)).toBe('permit');
  });

  it('of two variables may be one or two', () => {
    const web = RULE.replace('5061', '443');
    expect(verdict(`${RULE} -PolicyStore $a\n${web} -PolicyStore $b\n`, SIP)).toBe('undecided');
    expect(verdict(`${RULE} ${CLIENTS}\n${web} -GPOSession $gpo\n`, SIP)).toBe('undecided');
    expect(verdict(`${RULE} -CimSession $a\n${web} -CimSession $b\n`, SIP)).toBe('undecided');
    // Where it does not matter, it is decided.
    expect(verdict(`${RULE} -PolicyStore $a\n${RULE} -PolicyStore $b\n`, SIP)).toBe('permit');
    expect(verdict(`${RULE.replace('Allow', 'Block')} -PolicyStore $a\n${web} -PolicyStore $b\n`, SIP)).toBe('deny');
    expect(verdict(`${web} -PolicyStore $a\n${web} -PolicyStore $b\n`, SIP)).toBe('deny');
    // A name is another one, and the computer that runs the script has none.
    expect(verdict(`${RULE} -CimSession server1\n${web} -CimSession server2\n`, SIP)).toBe('deny');
    expect(verdict(`${RULE}\n${web} -CimSession $b\n`, SIP)).toBe('deny');
  });

  it('of a domain do not open the computer that they may not be linked to', () => {
    expect(verdict(`${RULE} ${CLIENTS}\nSet-NetFirewallProfile -All -DefaultInboundAction Block\n`, SIP)).toBe('deny');
    expect(verdict(`${RULE} -PolicyStore localhost\nSet-NetFirewallProfile -DefaultInboundAction Block\n`, SIP)).toBe(
      'permit',
    );
    expect(verdict(`${RULE} -PolicyStore $env:COMPUTERNAME\nSet-NetFirewallProfile -LogAllowed True\n`, SIP)).toBe(
      'permit',
    );
  });

  it('of other computers are their own', () => {
    expect(verdict(`${RULE} -CimSession one\n${RULE} -CimSession two -Enabled False\n`, SIP)).toBe('deny');
    expect(verdict(`${RULE} -CimSession $a\n${RULE} -CimSession $b\n`, SIP)).toBe('permit');
  });

  it('that no rule can be written to are left open', () => {
    expect(verdict(`${RULE} -PolicyStore ConfigurableServiceStore\n`, SIP)).toBe('undecided');
  });

  it('select their own rules only', () => {
    expect(verdict(`${RULE} ${CLIENTS}\nRemove-NetFirewallRule -DisplayName SIP\n`, SIP)).toBe('permit');
    expect(verdict(`${RULE} ${CLIENTS}\nRemove-NetFirewallRule -DisplayName SIP ${CLIENTS}\n`, SIP)).toBe('deny');
    expect(verdict(`${RULE} ${CLIENTS}\nGet-NetFirewallRule ${CLIENTS} | Disable-NetFirewallRule\n`, SIP)).toBe('deny');
  });

  it('get copies of rules', () => {
    const copy = `Copy-NetFirewallRule -DisplayName SIP -NewPolicyStore 'corp.example\\Kiosks' -NewName copy\n`;
    const shut = `Set-NetFirewallProfile -All ${KIOSKS} -AllowLocalFirewallRules False\n`;
    expect(verdict(`${shut}${RULE}\n`, SIP)).toBe('deny');
    expect(verdict(`${shut}${RULE}\n${copy}`, SIP)).toBe('permit');
    expect(verdict(`${RULE}\nRemove-NetFirewallRule -DisplayName SIP\n${copy}`, SIP)).toBe('undecided');
    expect(
      verdict(`${RULE} -Name a\nRename-NetFirewallRule -Name a -NewName b\nRemove-NetFirewallRule -Name b\n`, SIP),
    ).toBe('deny');
  });

  it('are as many as a script names, and those that are not followed leave verdicts open', () => {
    const many = Array.from({ length: 40 }, (_, i) => `${RULE} -PolicyStore 'corp.example\\G${i}'\n`).join('');
    expect(verdict(many, SIP)).toBe('undecided');
  });
});

describe('local rules', () => {
  const off = `Set-NetFirewallProfile ${CLIENTS} -AllowLocalFirewallRules False\n`;

  it('do not apply where a group policy says so', () => {
    expect(verdict(`${off}${RULE}\n`, SIP)).toBe('deny');
    expect(verdict(`${off.replace('Profile ', 'Profile -Profile Public ')}${RULE}\n`, SIP)).toBe('permit');
    expect(verdict(`${off.replace('False', 'NotConfigured')}${RULE}\n`, SIP)).toBe('permit');
    expect(verdict(`${off.replace('False', '$merge')}${RULE}\n`, SIP)).toBe('undecided');
    expect(verdict(`if ($strict) { ${off} }\n${RULE}\n`, SIP)).toBe('undecided');
    expect(verdict(`${off}${off.replace('False', 'True')}${RULE}\n`, SIP)).toBe('permit');
  });

  it('apply whatever the local policy says, which is told', () => {
    const local = 'Set-NetFirewallProfile -AllowLocalFirewallRules False';
    expect(verdict(`${local}\n${RULE}\n`, SIP)).toBe('permit');
    expect(problems(`${local}\n${RULE}\n`)).toEqual([`shadowed-rule: ${local}`]);
    const netsh = 'netsh advfirewall set allprofiles settings localfirewallrules disable';
    expect(problems(`${netsh}\n`, 'a.cmd')).toEqual([`syntax-error: ${netsh}`]);
  });

  it('are replaced by rules of group policies with their name', () => {
    const named = `${RULE} -Name sip`;
    expect(verdict(`${named}\n${named.replace('5061', '5060')} -PolicyStore localhost\n`, SIP)).toBe('deny');
    expect(verdict(`${named}\nif ($x) { ${named.replace('5061', '5060')} -PolicyStore localhost }\n`, SIP)).toBe(
      'undecided',
    );
  });
});

describe('settings', () => {
  it('of group policies take precedence where they are configured', () => {
    const local = 'Set-NetFirewallProfile -All -DefaultInboundAction Allow\n';
    expect(verdict(local, SIP)).toBe('permit');
    const group = 'Set-NetFirewallProfile -All -PolicyStore localhost -DefaultInboundAction ';
    expect(verdict(`${group}Block\n${local}`, SIP)).toBe('deny');
    expect(verdict(`${group}Block\n${group}NotConfigured\n${local}`, SIP)).toBe('permit');
  });

  it('that turn inbound rules off win in every store', () => {
    const local = 'Set-NetFirewallProfile -All -AllowInboundRules False\n';
    const group = 'Set-NetFirewallProfile -All -PolicyStore localhost -AllowInboundRules True\n';
    expect(verdict(`${RULE}\n${group}${local}`, SIP)).toBe('deny');
    expect(verdict(`${RULE}\n${group}`, SIP)).toBe('permit');
  });
});

describe('netsh', () => {
  const ask = (text: string) => verdict(text, SIP, 'rules.cmd');
  const add = 'netsh advfirewall firewall add rule name="SIP" dir=in action=allow protocol=tcp localport=5061\n';
  const choose = (store: string) => `netsh advfirewall set store ${store}\n`;

  it('writes to the store that it is set to', () => {
    const off = 'netsh advfirewall set allprofiles settings localfirewallrules disable\n';
    expect(ask(`${choose('gpo="corp.example\\All Clients"')}${off}${choose('local')}${add}`)).toBe('deny');
    expect(ask(`${choose('gpo="corp.example\\All Clients"')}${off}${add}`)).toBe('permit');
    expect(ask(`${choose('gpo=%GPO%')}${off}${choose('local')}${add}`)).toBe('deny');
    expect(ask(`set GPO=localhost\n${choose('gpo=%GPO%')}${add}${choose('local')}${off}`)).toBe('permit');
  });

  it('writes to an unknown store after a condition', () => {
    expect(ask(`if "%1"=="gpo" ${choose('gpo=corp.example\\Clients')}${add}`)).toBe('undecided');
  });
});

describe('a fix', () => {
  const REQUIREMENT: Requirement = {
    id: 'test/sip/tcp',
    title: 'A flow',
    why: 'Test.',
    required: true,
    tags: ['sfb-server'],
    source: { document: 'Test', url: 'https://example.com/' },
    kind: 'reach',
    flow: { from: {}, to: { role: 'front-end' }, protocol: 'tcp', ports: '5061', direction: 'inbound' },
  };

  function fixOf(text: string, name?: string): string | undefined {
    const document = read(text, name);
    const checks: Checks = { requirements: [REQUIREMENT], retired: [], severity: {}, network: { roles: new Map() } };
    const analysis = analyze(document, windowsFirewall, checks);
    const context = { document, dialect: windowsFirewall, sources: NO_SOURCES, checks, analysis };
    const [fix] = analysis.report.findings
      .filter(({ requirements }) => requirements.length > 0)
      .flatMap((finding) => fixesFor(context, finding));
    return (
      fix &&
      applyEdits(text, fix.edits)
        .split('\n')
        .find((line) => line.includes('Skype for Business'))
    );
  }

  it('is written to the store, group and session of its neighbours', () => {
    const web = "New-NetFirewallRule -DisplayName 'Web' -Protocol TCP -LocalPort 443 -Group 'Baseline'";
    const own =
      "New-NetFirewallRule -DisplayName 'Skype for Business Server TCP 5061' -Direction Inbound -Protocol TCP -LocalPort 5061 -Action Allow";
    expect(fixOf(`$store = 'corp.example\\Edge'\n${web} -PolicyStore $store\n`)).toBe(
      `${own} -PolicyStore $store -Group 'Baseline' -Profile Domain`,
    );
    expect(fixOf(`$g = Open-NetGPO ${CLIENTS}\n${web} -GPOSession $g -CimSession $dc\nSave-NetGPO $g\n`)).toBe(
      `${own} -GPOSession $g -CimSession $dc -Group 'Baseline' -Profile Domain`,
    );
    expect(fixOf(`$common = @{ PolicyStore = $store }\n${web} @common\n`)).toBe(
      `${own} -PolicyStore $store -Group 'Baseline' -Profile Domain`,
    );
    expect(fixOf(`Set-NetFirewallProfile ${CLIENTS} -AllowLocalFirewallRules False\n${web}\n`)).toBe(
      `${own} ${CLIENTS} -Profile Domain`,
    );
  });

  it('keeps the profiles of a command of netsh', () => {
    const web =
      'netsh advfirewall firewall add rule name="Web" dir=in action=allow protocol=tcp localport=443 profile=domain,private';
    expect(fixOf(`${web}\n`, 'a.cmd')).toBe(
      'netsh advfirewall firewall add rule name="Skype for Business Server TCP 5061" dir=in action=allow protocol=tcp localport=5061 profile=domain,private',
    );
  });
});
