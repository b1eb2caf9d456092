// The service that a requirement belongs to, by which findings and fixes group and name requirements.
import { builtInTitle } from '../../catalog/catalog.js';
import type { Requirement } from '../../catalog/requirement.js';

/** The services that requirements are grouped by: the tag and the title of each. */
const SERVICES: readonly (readonly [tag: string, title: string])[] = [
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

/**
 * The title of the service of a requirement, otherwise that of its pack; for requirements of an organisation's own, the id of
 * the pack.
 */
export function serviceOf(requirement: Requirement): string {
  const pack = packOf(requirement);
  return SERVICES.find(([tag]) => requirement.tags.includes(tag))?.[1] ?? quoted(builtInTitle(pack)) ?? pack;
}

/** A title with punctuation reads as a part of a sentence only in quotes. */
function quoted(title: string | undefined): string | undefined {
  return title !== undefined && /[:,]/.test(title) ? `"${title}"` : title;
}

/** The tag of the service of a requirement, to derive names from; otherwise the id of the pack. */
export function serviceTagOf(requirement: Requirement): string {
  return SERVICES.find(([tag]) => requirement.tags.includes(tag))?.[0] ?? packOf(requirement);
}

/** The pack that a requirement's id names. */
export function packOf(requirement: Requirement): string {
  return requirement.id.slice(0, Math.max(0, requirement.id.indexOf('/')));
}
