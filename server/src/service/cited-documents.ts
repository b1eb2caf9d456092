import type { Finding } from '../analysis/report.js';
import type { Catalog } from '../catalog/catalog.js';
import type { RequirementSource } from '../catalog/requirement.js';

/** The documents behind a finding, each once: its own, and those of the requirements that it is about. */
export function sourcesOf({ source, requirements }: Finding, catalog: Catalog): readonly RequirementSource[] {
  const sources = [...(source ? [source] : []), ...requirements.flatMap((id) => catalog.byId(id)?.source ?? [])];
  return [...new Map(sources.map((one) => [one.url, one])).values()];
}
