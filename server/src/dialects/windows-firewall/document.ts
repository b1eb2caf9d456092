import { IpSet, PRIVATE_SPACE, parsePrefix } from '../../model/ip.js';
import { conflictMarkers, UNRESOLVED } from '../../text/conflicts.js';
import type { Document, EndpointUse, NameUse, Problem, Source } from '../dialect.js';
import { shadowedStatements } from '../shared/shadowed-rules.js';
import { misleadingName } from './checks/misleading-names.js';
import { buildModel, type ReadRule } from './meaning/model.js';
import { readFilter } from './meaning/rule-filter.js';
import { type Script, textsOf } from './program/invocation.js';
import { type Policy, policyOf, type StoredRule } from './program/policy.js';

/** A script with the policy that it leaves behind. */
export interface LoweredScript {
  readonly policy: Policy;
  readonly rules: readonly ReadRule[];
}

const lowered = new WeakMap<Document, LoweredScript>();

export function loweredOf(document: Document<Script>): LoweredScript {
  return lowered.get(document) ?? lowerScript(document.tree);
}

function lowerScript(script: Script): LoweredScript & { readonly problems: Policy['problems'] } {
  const policy = policyOf(script);
  const problems = [...policy.problems];
  const rules = policy.rules.map((stored) => {
    const { filter, problems: own } = readFilter(stored);
    problems.push(...own);
    return { stored, filter };
  });
  return { policy, rules, problems };
}

export function lower(source: Source, script: Script): Document<Script> {
  const { policy, rules, problems } = lowerScript(script);
  const model = buildModel(source, policy, rules);
  const { uri } = source;
  const all: Problem[] = problems.map(({ code, range, message }) => ({ code, uri, range, message }));
  for (const range of conflictMarkers(source.text)) all.push({ code: 'syntax-error', uri, range, message: UNRESOLVED });
  for (const rule of rules) {
    const misleading = misleadingName(rule);
    if (misleading) all.push({ code: 'misleading-name', uri, ...misleading });
  }
  all.push(...repeatedNames(uri, policy.rules));
  // Rules that block come first whatever their place, so what they cover is told; what only the default covers is not.
  all.push(...shadowedStatements(model.points.flatMap(({ chains }) => chains)));
  const document: Document<Script> = {
    source,
    tree: script,
    program: { policy, rules },
    model,
    problems: unique(all),
    names: namesOf(uri, script),
    endpoints: endpointsOf(uri, source.text, policy.rules),
    dependencies: [],
  };
  lowered.set(document, { policy, rules });
  return document;
}

/** A loop tells the same of one line again and again. */
function unique(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>();
  return problems.filter(({ code, range, message }) => {
    const key = `${code} ${range.start} ${range.end} ${message}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** "-Name … must be unique within the policy store" (New-NetFirewallRule); display names need not be. */
function repeatedNames(uri: string, rules: readonly StoredRule[]): Problem[] {
  const first = new Map<string, StoredRule>();
  return rules.flatMap((rule): Problem[] => {
    const argument = rule.invocation.command.startsWith('new-') ? rule.parameters.get('name') : undefined;
    const name = argument && textsOf(argument.value)?.[0];
    if (!argument || name === undefined) return [];
    const key = `${rule.kind} ${name.toLowerCase()}`;
    const earlier = first.get(key);
    if (!earlier) {
      first.set(key, rule);
      return [];
    }
    // Both are what one command made, where a later one may have changed it.
    if (earlier.invocation === rule.invocation) return [];
    const message = `a rule named '${name}' exists already, so Windows refuses this one`;
    const related = [{ uri, range: earlier.range, message: 'the rule with this name' }];
    return [{ code: 'duplicate-name', uri, range: argument.range, message, related }];
  });
}

function namesOf(uri: string, { variables }: Script): NameUse[] {
  return variables.map(({ name, range, role }) => ({ uri, range, name, kind: 'variable', role }));
}

/** Public networks that rules name and that stand in the script as they are. */
function endpointsOf(uri: string, text: string, rules: readonly StoredRule[]): EndpointUse[] {
  const uses: EndpointUse[] = [];
  for (const { parameters } of rules) {
    for (const name of ['remoteaddress', 'localaddress']) {
      const argument = parameters.get(name);
      if (!argument) continue;
      const written = text.slice(argument.range.start, argument.range.end);
      for (const match of written.matchAll(/[0-9a-f:.]{2,45}(?:\/\d{1,3})?/gi)) {
        const prefix = parsePrefix(match[0]);
        if (!prefix || PRIVATE_SPACE.containsAll(IpSet.of(prefix))) continue;
        const start = argument.range.start + match.index;
        const [endpoint = ''] = IpSet.of(prefix).toPrefixes();
        uses.push({ uri, range: { start, end: start + match[0].length }, endpoint: { prefix: endpoint } });
      }
    }
  }
  return uses;
}
