// For which hosts an edited file may answer otherwise.
import { LatestMemo } from '../../kept/memo.js';
import type { HostSet } from '../../model/hosts.js';
import type { ProxyModel } from '../../model/proxy.js';

/** Two versions are compared once: the verdicts of the later one and what it grants are both asked with what has changed. */
const compared = new LatestMemo<ProxyModel, ProxyModel, { readonly hosts: HostSet | undefined }>();

/** The hosts for which the later version may answer otherwise; `undefined` where only asking both tells. */
export function changedHosts(before: ProxyModel, after: ProxyModel): HostSet | undefined {
  return compared.of(after, before, () => ({ hosts: hostsBetween(before, after) })).hosts;
}

function hostsBetween(before: ProxyModel, after: ProxyModel): HostSet | undefined {
  if (before.kind === 'selection') return after.kind === 'selection' ? after.changedHosts?.(before) : undefined;
  return after.kind === 'server' ? after.changedHosts?.(before) : undefined;
}
