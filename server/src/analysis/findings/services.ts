// What a requirement serves: the words by which findings and fixes group and name requirements.
import type { Requirement } from '../../catalog/requirement.js';

/** The services that requirements are grouped by, as their tags name them and as people call them. */
const SERVICES: readonly (readonly [tag: string, title: string])[] = [
  ['teams', 'Microsoft Teams'],
  ['exchange', 'Exchange Online'],
  ['sharepoint', 'SharePoint and OneDrive'],
  ['common', 'Microsoft 365 common services'],
  ['sfb-server', 'Skype for Business Server'],
  ['intune', 'Microsoft Intune'],
  ['tenant-restrictions', 'Sign-in under tenant restrictions'],
];

/** What a requirement serves, for people; its pack's id for requirements of an organisation's own. */
export function serviceOf(requirement: Requirement): string {
  return SERVICES.find(([tag]) => requirement.tags.includes(tag))?.[1] ?? packOf(requirement);
}

/** What a requirement serves, as a short word to derive names from. */
export function serviceTagOf(requirement: Requirement): string {
  return SERVICES.find(([tag]) => requirement.tags.includes(tag))?.[0] ?? packOf(requirement);
}

/** The pack that a requirement's id names. */
export function packOf(requirement: Requirement): string {
  return requirement.id.slice(0, Math.max(0, requirement.id.indexOf('/')));
}
