import { describe, expect, it } from 'vitest';
import { analyze, type Checks } from '../../../server/src/analysis/analyze.js';
import { fixesFor } from '../../../server/src/analysis/fixes/remedies.js';
import type { Requirement } from '../../../server/src/catalog/requirement.js';
import { windowsFirewall } from '../../../server/src/dialects/windows-firewall/index.js';
import { applyEdits } from '../../../server/src/text/edit.js';
import { NO_SOURCES, read } from './support.js';

const BASE = {
  title: 'A flow',
  why: 'Test.',
  required: true,
  tags: ['sfb-server'],
  source: { document: 'Test', url: 'https://example.com/' },
} as const;

const SIP: Requirement = {
  ...BASE,
  id: 'test/sip/tcp',
  kind: 'reach',
  flow: { from: {}, to: { role: 'front-end' }, protocol: 'tcp', ports: '5061', direction: 'inbound' },
};
const MEDIA: Requirement = {
  ...BASE,
  id: 'test/media/udp',
  kind: 'reach',
  flow: {
    from: { role: 'clients' },
    to: { prefixes: ['198.51.100.0/24'] },
    protocol: 'udp',
    ports: '3478-3481',
    direction: 'outbound',
  },
};
const EXEMPT: Requirement = {
  ...BASE,
  id: 'test/ipsec/inbound',
  kind: 'no-ipsec',
  flow: { from: {}, to: { role: 'front-end' }, protocol: 'any', direction: 'inbound' },
};

const SERVER: Checks['network'] = { roles: new Map() };

function ask(text: string, requirement: Requirement, name?: string) {
  const document = read(text, name);
  const checks: Checks = { requirements: [requirement], retired: [], severity: {}, network: SERVER };
  const analysis = analyze(document, windowsFirewall, checks);
  const context = { document, dialect: windowsFirewall, sources: NO_SOURCES, checks, analysis };
  const fixes = analysis.report.findings
    .filter(({ requirements }) => requirements.length > 0)
    .flatMap((finding) => fixesFor(context, finding))
    .map(({ edits }) => applyEdits(text, edits));
  return {
    status: analysis.evaluations[0]?.verdict.status,
    fixes,
    codes: analysis.report.findings.map(({ code }) => code),
    messages: analysis.report.findings.map(({ message }) => message),
  };
}

const WEB =
  "  New-NetFirewallRule -DisplayName 'Web' -Direction Inbound -Protocol TCP -LocalPort 443 -Action Allow\r\n";

describe('requirements of a host', () => {
  it('are met by a rule, or get one in the form of its neighbours', () => {
    expect(ask(WEB, SIP).status).toBe('blocked');
    expect(ask(WEB, SIP).fixes).toEqual([
      `${WEB}  New-NetFirewallRule -DisplayName 'Skype for Business Server TCP 5061' -Direction Inbound -Protocol TCP -LocalPort 5061 -Action Allow -Profile Domain\r\n`,
    ]);
    const netsh = 'netsh advfirewall firewall add rule name="Web" dir=in action=allow protocol=tcp localport=443\n';
    expect(ask(netsh, SIP, 'a.cmd').fixes).toEqual([
      `${netsh}netsh advfirewall firewall add rule name="Skype for Business Server TCP 5061" dir=in action=allow protocol=tcp localport=5061 profile=domain\n`,
    ]);
  });

  it('are met outbound unless something blocks them, which no new rule undoes', () => {
    expect(ask(WEB, MEDIA).status).toBe('met');
    const block = "New-NetFirewallRule -DisplayName 'No UDP' -Direction Outbound -Protocol UDP -Action Block\n";
    expect(ask(block, MEDIA)).toMatchObject({ status: 'blocked', fixes: [], codes: ['requirement-blocked'] });
    const closed =
      "Set-NetFirewallProfile -DefaultOutboundAction Block\nNew-NetFirewallRule -DisplayName 'DNS' -Direction Outbound -Protocol UDP -RemotePort 53\n";
    expect(ask(closed, MEDIA).fixes).toEqual([
      `${closed}New-NetFirewallRule -DisplayName 'Skype for Business Server UDP 3478-3481' -Direction Outbound -Protocol UDP -RemotePort 3478-3481 -RemoteAddress '198.51.100.0/24' -Action Allow\n`,
    ]);
  });

  it('gets one rule for the addresses of both families', () => {
    const flow = { ...MEDIA.flow, to: { prefixes: ['198.51.100.0/24', '2001:db8::/32'] } };
    const closed = 'Set-NetFirewallProfile -All -DefaultOutboundAction Block\n';
    const web =
      "New-NetFirewallRule -DisplayName 'Web' -Direction Outbound -Protocol TCP -RemotePort 443 -Action Allow\n";
    expect(ask(closed + web, { ...MEDIA, flow }).fixes[0]).toContain(
      "-Protocol UDP -RemotePort 3478-3481 -RemoteAddress '198.51.100.0/24','2001:db8::/32' -Action Allow\n",
    );
  });

  it('gets its fix outside of loops', () => {
    const closed = 'Set-NetFirewallProfile -All -DefaultOutboundAction Block\n';
    const loop =
      'foreach ($port in 80, 443) {\n    New-NetFirewallRule -DisplayName "Web $port" -Direction Outbound -Protocol TCP -RemotePort $port\n}\n';
    const [fix = ''] = ask(closed + loop, MEDIA).fixes;
    expect(fix.startsWith(`${closed}${loop}New-NetFirewallRule `)).toBe(true);
  });
});

describe('IPsec', () => {
  const isolation = 'New-NetIPsecRule -DisplayName Isolation -InboundSecurity Require -OutboundSecurity Request\n';

  it('is asked only where the script has rules about it', () => {
    expect(ask(WEB, EXEMPT).status).toBe('not-applicable');
    expect(ask(isolation, SIP).status).toBe('not-applicable');
  });

  it('has to exempt what a document exempts', () => {
    expect(ask(isolation, EXEMPT)).toMatchObject({ status: 'blocked', codes: ['ipsec-not-exempt'] });
    const exempt = 'New-NetIPsecRule -DisplayName Exempt -InboundSecurity None -OutboundSecurity None -Protocol';
    expect(ask(`${isolation}${exempt} TCP\n`, EXEMPT)).toMatchObject({
      status: 'partial',
      messages: [expect.stringContaining('this requires it for front-end: UDP to 10.0.0.0/8')],
    });
    expect(ask(`${isolation}${exempt} TCP\n${exempt} UDP\n`, EXEMPT).status).toBe('met');
  });

  it('gets the exemption as a fix', () => {
    const [fixed = ''] = ask(isolation, EXEMPT).fixes;
    expect(fixed.startsWith(isolation)).toBe(true);
    expect(ask(fixed, EXEMPT).status).toBe('met');
    const netsh =
      'netsh advfirewall consec add rule name="Isolation" endpoint1=any endpoint2=any action=requireinrequestout\r\n';
    const [batch = ''] = ask(netsh, EXEMPT, 'a.cmd').fixes;
    expect(ask(batch, EXEMPT, 'a.cmd').status).toBe('met');
  });
});
