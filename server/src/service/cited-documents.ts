// The documents that a finding cites.

import type { Finding } from '../analysis/report.js';
import type { Catalog } from '../catalog/catalog.js';
import type { RequirementSource } from '../catalog/requirement.js';

/** The documents that a finding cites, each once: its own, and those of the requirements that it is about. */
export function citedDocuments({ source, requirements }: Finding, catalog: Catalog): readonly RequirementSource[] {
  const sources = [...(source ? [source] : []), ...requirements.flatMap((id) => catalog.byId(id)?.source ?? [])];
  return [...new Map(sources.map((one) => [one.url, one])).values()];
}
