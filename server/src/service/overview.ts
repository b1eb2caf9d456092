// What a workspace says of its network, and the catalog that its files are checked with, for the trees of an editor.

import type { Overview } from '../../../shared/overview.js';
import { serviceTitleOf } from '../analysis/findings/services.js';
import type { Catalog } from '../catalog/catalog.js';
import { KIND_PREDICATES } from '../catalog/kinds.js';
import { publishedOn } from '../catalog/published.js';
import type { Requirement } from '../catalog/requirement.js';
import type { Configuration } from '../configuration/configuration.js';
import { LineIndex } from '../text/lines.js';
import { YamlText } from '../yaml/yaml-text.js';

/** @param selected the requirements that files are checked against */
export function overviewOf(
  { source, file }: Configuration,
  catalog: Catalog,
  selected: readonly Requirement[],
): Overview {
  const isSelected = new Set(selected.map(({ id }) => id));
  const yaml = YamlText.parse(source.text, true);
  const lines = new LineIndex(source.text);
  return {
    ...(source.text === '' ? {} : { configuration: source.uri }),
    roles: [...file.roles].map(([name, addresses]) => ({
      name,
      description: catalog.roles.get(name) ?? '',
      addresses: addresses.toPrefixes(),
      line: lines.lineAt(yaml.keyRangeOf(['roles'], name).start),
    })),
    packs: catalog.packs.map(({ id, title, version, requirements }) => {
      const published = publishedOn(version);
      const current = requirements.filter(({ retired }) => retired === undefined);
      return {
        id,
        title,
        version,
        ...(published === undefined ? {} : { published }),
        requirements: current.map((requirement) => ({
          id: requirement.id,
          title: requirement.title,
          kind: KIND_PREDICATES[requirement.kind],
          service: serviceTitleOf(requirement),
          why: requirement.why,
          isSelected: isSelected.has(requirement.id),
          url: requirement.source.url,
          lists: listed(requirement),
        })),
      };
    }),
  };
}

function listed({ flow }: Requirement): string {
  const { protocol, ports } = flow;
  const ends = [flow.to, flow.from].flatMap(({ hosts = [], prefixes = [] }) => [...hosts, ...prefixes]);
  return [`${protocol.toUpperCase()}${ports === undefined ? '' : ` ${ports}`}`, ...ends].join(' ');
}
