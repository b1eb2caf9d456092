// What a hover says about the names of a zone-based policy firewall.
import type { Program } from '../program/program.js';
import { CLASS_DEFAULT, DEFAULT_ZONE, type PolicyClass, SELF, type ZonePair } from '../program/zones.js';
import type { NameReference, Statement, Token } from '../syntax/tree.js';

interface ZoneName {
  readonly kind: NameReference['kind'];
  readonly name: string;
}

/** The name of the firewall that a token is; `reference` is the reference there. */
export function zoneNameAt(
  statement: Statement,
  token: Token,
  reference: NameReference | undefined,
): ZoneName | undefined {
  if (statement.kind !== 'zones') return undefined;
  if (reference) return reference;
  const { line } = statement;
  switch (line.kind) {
    case 'zone':
    case 'zone-pair':
    case 'class-map':
    case 'policy-map':
      return line.name.start === token.start ? { kind: line.kind, name: line.name.text } : undefined;
    default:
      return undefined;
  }
}

/** How many lines a hover lists. */
const LINE_LIMIT = 12;

export function zoneMarkdown(program: Program, { kind, name }: ZoneName): string | undefined {
  const { pairs, classes, policies } = program.zones;
  switch (kind) {
    case 'zone':
      return zoneText(program, name);
    case 'zone-pair': {
      const pair = [...pairs.values()].find((one) => one.name === name);
      return pair && `**zone pair ${name}**\n\n${pairText(pair)}`;
    }
    case 'class-map': {
      const found = classes.get(name);
      const needs = found?.match === 'any' ? 'one of these' : 'all of these';
      const criteria = [...(found?.criteria.keys() ?? [])];
      return found && `**class map ${name}**\n\nA packet is in this class if it meets ${needs}:\n\n${listed(criteria)}`;
    }
    case 'policy-map': {
      const found = policies.get(name);
      if (!found) return undefined;
      const last = found.byDefault ? actionText(found.byDefault) : `${CLASS_DEFAULT}: drop`;
      return `**policy map ${name}**\n\n${listed([...[...found.classes.values()].map(actionText), last])}`;
    }
    default:
      return undefined;
  }
}

function zoneText({ interfaces, zones }: Program, name: string): string | undefined {
  if (name === SELF)
    return '**zone self**\n\nThe router itself. What comes from it or is for it passes unless a zone pair says otherwise.';
  if (!zones.zones.has(name)) return undefined;
  const members = interfaces.filter(({ zone }) => (zone ? zone.name === name : name === DEFAULT_ZONE));
  const shown = members.slice(0, LINE_LIMIT).map((member) => member.name);
  const where =
    shown.length > 0
      ? `Interfaces: ${shown.join(', ')}${members.length > LINE_LIMIT ? ', …' : ''}.`
      : 'No interface is in it.';
  const own = [...zones.pairs.values()].filter(({ source, destination }) => source === name || destination === name);
  const ways =
    own.length > 0
      ? listed(own.map(pairText))
      : 'No zone pair leads from it or to it: traffic with other zones is dropped.';
  return `**zone ${name}**\n\n${where}\n\n${ways}`;
}

function pairText({ source, destination, policy }: ZonePair): string {
  const what = policy ? `policy ${policy.name}` : 'no policy: everything is dropped';
  return `From ${source} to ${destination}: ${what}`;
}

function actionText({ name, action, deep }: PolicyClass): string {
  const what = action?.kind ?? (name === CLASS_DEFAULT ? 'drop' : 'no action');
  return `${name}: ${what}${deep ? ', and the content is inspected' : ''}`;
}

function listed(lines: readonly string[]): string {
  const shown = lines.slice(0, LINE_LIMIT).map((line) => `- ${line}`);
  if (lines.length > LINE_LIMIT) shown.push(`- and ${lines.length - LINE_LIMIT} more`);
  return shown.length > 0 ? shown.join('\n') : 'Nothing.';
}
