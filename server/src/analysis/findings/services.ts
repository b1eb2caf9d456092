// The service that a requirement belongs to, by which findings and fixes group and name requirements.
import { builtInTitle } from '../../catalog/catalog.js';
import type { Requirement } from '../../catalog/requirement.js';

/** The services that requirements are grouped by: the tag and the title of each. */
export const SERVICES: readonly (readonly [tag: string, title: string])[] = [
  ['teams', 'Microsoft Teams'],
  ['exchange', 'Exchange Online'],
  ['sharepoint', 'SharePoint and OneDrive'],
  ['common', 'Microsoft 365 common services'],
  ['sfb-server', 'Skype for Business Server'],
  ['intune', 'Microsoft Intune'],
  ['network-basics', 'The network itself'],
  ['tenant-restrictions', 'Sign-in under tenant restrictions'],
];

/** Titles that are plural, as the subject of a sentence. */
const PLURAL: ReadonlySet<string> = new Set([
  'Microsoft 365 common services',
  'Microsoft Entra Connect and hybrid identity',
  'SharePoint and OneDrive',
  'Third-party network devices before Microsoft 365',
]);

/** The verb after the title of a service: `Microsoft Teams is`, `SharePoint and OneDrive are`. */
export function isOrAre(service: string): 'is' | 'are' {
  return PLURAL.has(service) ? 'are' : 'is';
}

/** The service of a requirement as a part of a sentence: a title with punctuation reads as one only in quotes. */
export function serviceOf(requirement: Requirement): string {
  const title = serviceTitleOf(requirement);
  return /[:,]/.test(title) ? `"${title}"` : title;
}

/** The title of the service of a requirement, otherwise that of its pack; always that of a pack of an organisation's own. */
export function serviceTitleOf(requirement: Requirement): string {
  const pack = packOf(requirement);
  return requirement.ownPack ?? knownService(requirement)?.[1] ?? builtInTitle(pack) ?? pack;
}

/** The tag of the service of a requirement, to derive names from; otherwise the id of the pack. */
export function serviceTagOf(requirement: Requirement): string {
  return (requirement.ownPack === undefined ? knownService(requirement)?.[0] : undefined) ?? packOf(requirement);
}

function knownService({ tags }: Requirement) {
  return SERVICES.find(([tag]) => tags.includes(tag));
}

/** The pack that a requirement's id names. */
export function packOf(requirement: Requirement): string {
  return requirement.id.slice(0, Math.max(0, requirement.id.indexOf('/')));
}
