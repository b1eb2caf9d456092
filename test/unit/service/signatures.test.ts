// The form of what is being written: where the cursor is as ¦, the parameter that is lit up in brackets.
import { expect, test } from 'vitest';
import { languageById } from '../../../server/src/configuration/languages.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { MemoryFiles } from './toy.js';

async function shown(language: string, marked: string): Promise<string | undefined> {
  const offset = marked.indexOf('¦');
  const uri =
    language === 'windows-firewall' && !marked.includes('-Net') ? 'file:///network/x.cmd' : 'file:///network/x';
  const service = new LanguageService(new MemoryFiles(new Map()));
  service.setFolders(['file:///network']);
  service.put(uri, languageById(language), marked.replace('¦', ''));
  const signature = await service.signature(uri, offset);
  if (!signature) return undefined;
  const { label, parameters, active } = signature;
  const { range } = (active === undefined ? undefined : parameters[active]) ?? {};
  return range
    ? `${label.slice(0, range.start)}[${label.slice(range.start, range.end)}]${label.slice(range.end)}`
    : label;
}

test.each([
  ['isInNet(¦', 'isInNet([host], pattern, mask): boolean'],
  [
    'function FindProxyForURL(url, host) {\n  if (isInNet(dnsResolve(host), "10.0.0.0", ¦',
    'isInNet(host, pattern, [mask]): boolean',
  ],
  ['if (shExpMatch(host.toLowerCase(), "*.a,b(c¦', 'shExpMatch(text, [pattern]): boolean'],
  ['if (isInNet(dnsResolve(¦', 'dnsResolve([host]): string | null'],
  ['dateRange(1, "JAN", 2026, 2, "FEB", 2¦', 'dateRange(day, month, year, […], "GMT"?): boolean'],
  ['myIpAddress(¦', 'myIpAddress(): string'],
  ['// isInNet(¦', undefined],
  ['if (host.indexOf("a", ¦', 'indexOf(text, [from?]): number'],
  ['dnsResolve(host).split(¦', 'split([separator], limit?): string[]'],
  ['Math.max(1, 2, ¦', 'max([...numbers]): number'],
  ['unknown.indexOf(¦', undefined],
  ['isInNet(host, "10.0.0.0", "255.0.0.0")¦', undefined],
])('pac: %s', async (text, expected) => {
  expect(await shown('pac', text)).toBe(expected);
});

test.each([
  ['New-NetFirewallRule ¦', undefined],
  ['New-NetFirewallRule -DisplayName "a b" -Direction ¦', '-Direction Inbound|Outbound'],
  ['New-NetFirewallRule -DisplayName "a b" `\n  -Prof Domain, ¦', '-Profile Domain|Private|Public|Any'],
  ['Set-NetFirewallRule -Enabled ¦', '-Enabled True|False'],
  ['netsh advfirewall firewall add rule name="a b" dir=¦', 'dir=in|out'],
  ['netsh advfirewall firewall add rule name="a b" dir=in action=allow ¦', undefined],
  ['netsh advfirewall firewall set rule name="a" new action=¦', 'action=allow|block|bypass'],
])('windows: %s', async (text, active) => {
  const signature = await shown('windows-firewall', text);
  expect(signature).toMatch(/^(?:New-NetFirewallRule|Set-NetFirewallRule|netsh advfirewall firewall \w+ rule) /);
  expect(/\[(.*)\]/.exec(signature ?? '')?.[1]).toBe(active);
});

test.each(['netsh ¦', 'Get-ChildItem ¦ # Get-NetFirewallRule'])('windows: nothing at %s', async (text) => {
  expect(await shown('windows-firewall', text)).toBeUndefined();
});
