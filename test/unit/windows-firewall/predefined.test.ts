// The rules that Windows is installed with: no script contains them, and each may be enabled all the same.
import { describe, expect, it } from 'vitest';
import { explainFlow, parseFlow } from '../../../server/src/analysis/explain/flow.js';
import { read, verdictOfAll as verdict } from './support.js';

const DHCP = 'udp 10.1.0.67:67 > 10.20.0.5:68';
const CLOSED = 'Set-NetFirewallProfile -All -DefaultInboundAction Block\n';
const CORE = "'Core Networking'";

describe('rules that Windows is installed with', () => {
  it('may let pass what a script does not permit, and what they are not about stays denied', () => {
    expect(verdict(CLOSED, DHCP)).toBe('undecided');
    expect(verdict(CLOSED, 'udp 10.1.0.67:67 > 10.20.0.5:69')).toBe('deny');
    expect(
      verdict('netsh advfirewall set allprofiles firewallpolicy blockinbound,allowoutbound\n', DHCP, 'a.cmd'),
    ).toBe('undecided');
    expect(verdict(CLOSED, 'tcp 10.1.0.9:50000 > 10.20.0.5:7680')).toBe('undecided');
  });

  it('are named where a verdict depends on them', () => {
    const [flow, { model }] = [parseFlow(DHCP), read(CLOSED)];
    if (typeof flow === 'string' || model.kind !== 'filter') throw new Error('cannot ask');
    const explained = explainFlow(model, flow, { hook: 'input', inInterface: 'Domain' });
    expect(JSON.stringify(explained)).toContain('Core Networking - Dynamic Host Configuration Protocol (DHCP-In)');
  });

  it.each([
    'Remove-NetFirewallRule\n',
    'Get-NetFirewallRule | Remove-NetFirewallRule\n',
    'Disable-NetFirewallRule -All\n',
    `Disable-NetFirewallRule -DisplayGroup ${CORE}\n`,
    `Set-NetFirewallRule -DisplayGroup ${CORE} -Enabled False\n`,
    "Disable-NetFirewallRule -Group '@FirewallAPI.dll,-25000'\n",
    'Disable-NetFirewallRule -Name CoreNet-DHCP-In\n',
    "New-NetFirewallRule -DisplayName 'x' -Direction Inbound -Protocol UDP -LocalPort 68 -Action Block\n",
    'Set-NetFirewallProfile -All -AllowInboundRules False\n',
  ])('let nothing pass after %s', (command) => {
    expect(verdict(CLOSED + command, DHCP)).toBe('deny');
  });

  it('are gone after netsh deletes all rules or disables their group, and back after it resets them', () => {
    const closed = 'netsh advfirewall set allprofiles firewallpolicy blockinbound,allowoutbound\n';
    const remove = 'netsh advfirewall firewall delete rule name=all\n';
    expect(verdict(closed + remove, DHCP, 'a.cmd')).toBe('deny');
    const disable = 'netsh advfirewall firewall set rule group="Core Networking" new enable=no\n';
    expect(verdict(closed + disable, DHCP, 'a.cmd')).toBe('deny');
    expect(verdict(`${remove}netsh advfirewall reset\n${closed}`, DHCP, 'a.cmd')).toBe('undecided');
  });

  it('stay where a script disables others, or possibly none', () => {
    expect(verdict(`${CLOSED}Disable-NetFirewallRule -DisplayGroup 'Core Networking Diagnostics'\n`, DHCP)).toBe(
      'undecided',
    );
    expect(verdict(`${CLOSED}if ($strict) { Remove-NetFirewallRule }\n`, DHCP)).toBe('undecided');
  });

  it('are rules of the computer, which a group policy may let apply or not', () => {
    const policy = '-PolicyStore corp.example\\Clients';
    const closed = `Set-NetFirewallProfile -All -DefaultInboundAction Block ${policy}`;
    expect(verdict(`${closed}\n`, DHCP)).toBe('undecided');
    expect(verdict(`${closed} -AllowLocalFirewallRules False\n`, DHCP)).toBe('deny');
    expect(verdict('Set-NetFirewallProfile -All -DefaultInboundAction Block -CimSession pc1\n', DHCP)).toBe(
      'undecided',
    );
  });
});
