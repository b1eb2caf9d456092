// The outline of a configuration: its lists, groups, interfaces, and what belongs to security zones.
import type { OutlineItem } from '../../dialect.js';
import type { PlacedLine } from '../program/blocks.js';
import type { AccessList } from '../program/lists.js';
import type { CiscoDocument } from '../program/program.js';
import { quotedLine } from '../program/quoted-line.js';

export function outline({ program }: CiscoDocument): readonly OutlineItem[] {
  const item = (
    { name, detail, kind }: Pick<OutlineItem, 'name' | 'detail' | 'kind'>,
    header: PlacedLine,
    last: PlacedLine = header,
  ): OutlineItem => {
    const nameRange = quotedLine(program.uri, header).range;
    const end = Math.max(quotedLine(program.uri, last).range.end, nameRange.end);
    return { name, detail, kind, range: { start: nameRange.start, end }, nameRange, children: [] };
  };
  const lists = [...program.lists.values()].map((list) =>
    item({ name: list.name, detail: entryCount(list), kind: 'list' }, list.header, lastInFile(list)),
  );
  const groups = [...program.groups].map(([name, header]) =>
    item({ name, detail: program.definitions.definition(name)?.group ?? 'group', kind: 'variable' }, header),
  );
  const interfaces = program.interfaces.map(({ name, header, bindings }) => {
    const detail = bindings.map(({ list, direction }) => `${list} ${direction}`).join(', ');
    return item({ name, detail, kind: 'port' }, header);
  });
  const { zones, pairs, classes, policies } = program.zones;
  const firewall = [
    ...[...zones].map(([name, header]) => item({ name, detail: 'zone', kind: 'section' }, header)),
    ...[...pairs.values()].map(({ name, source, destination, header, policy }) =>
      item({ name, detail: `${source} to ${destination}`, kind: 'section' }, header, policy?.line),
    ),
    ...[...classes.values()].map(({ name, header, match, criteria }) =>
      item({ name, detail: `class, match ${match}`, kind: 'variable' }, header, lastOf(criteria.values())?.line),
    ),
    ...[...policies.values()].map(({ name, header, classes: own, byDefault }) => {
      const last = byDefault ?? lastOf(own.values());
      return item({ name, detail: 'policy', kind: 'list' }, header, last?.deep ?? last?.action?.line ?? last?.header);
    }),
  ];
  return [...lists, ...groups, ...interfaces, ...firewall].sort((a, b) => a.range.start - b.range.start);
}

function lastOf<Item>(items: Iterable<Item>): Item | undefined {
  return [...items].pop();
}

export function entryCount({ size }: AccessList): string {
  return `${size} ${size === 1 ? 'entry' : 'entries'}`;
}

/** The line of a list that is last in the file, which need not be the last entry of the list. */
function lastInFile({ header, entries }: AccessList): PlacedLine {
  return entries.reduce<PlacedLine>(
    (last, entry) => (entry.base + entry.own.offset > last.base + last.own.offset ? entry : last),
    header,
  );
}
