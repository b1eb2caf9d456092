// Reads Windows Firewall scripts in tests: verdicts for single flows.
import { explainFlow, type FlowPath, parseFlow } from '../../../server/src/analysis/explain/flow.js';
import type { Sources } from '../../../server/src/dialects/dialect.js';
import { windowsFirewall } from '../../../server/src/dialects/windows-firewall/index.js';
import type { WindowsDocument } from '../../../server/src/dialects/windows-firewall/program/program.js';

export const NO_SOURCES: Sources = { read: () => 'missing', list: () => [], roots: [] };

export function read(text: string, name = 'rules.ps1'): WindowsDocument {
  const source = { uri: `file:///${name}`, text };
  return windowsFirewall.lower(source, windowsFirewall.parse(source), NO_SOURCES);
}

/** The verdict for a flow at a host in a domain, unless given otherwise. */
export function verdict(
  text: string,
  flow: string,
  path: FlowPath = { hook: 'input', inInterface: 'Domain' },
  name?: string,
): string {
  const parsed = parseFlow(flow);
  const { model } = read(text, name);
  if (typeof parsed === 'string' || model.kind !== 'filter') throw new Error(`cannot ask: ${parsed}`);
  return explainFlow(model, parsed, path).verdict;
}

/** Whether each host permits a flow inbound that may have one of the policies of a script, in its domain. */
export function verdictOfAll(text: string, flow: string, name?: string): string {
  const { model } = read(text, name);
  const surroundings = model.kind === 'filter' ? model.points[0]?.surroundings : undefined;
  if (surroundings?.kind !== 'profiles') throw new Error('no profiles');
  const hosts = surroundings.names.filter((one) => one.startsWith('Domain'));
  const verdicts = hosts.map((inInterface) => verdict(text, flow, { hook: 'input', inInterface }, name));
  return verdicts.find((one) => one === 'deny') ?? verdicts.find((one) => one !== 'permit') ?? 'permit';
}

export function problems(text: string, name?: string): string[] {
  return read(text, name).problems.map(({ code, range }) => `${code}: ${text.slice(range.start, range.end)}`);
}
