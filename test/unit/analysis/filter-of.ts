// Reads packet filters for tests of what is asked of them.
import type { Dialect } from '../../../server/src/dialects/dialect.js';
import { iptables } from '../../../server/src/dialects/iptables/index.js';
import { nftables } from '../../../server/src/dialects/nftables/index.js';
import type { FilterModel } from '../../../server/src/model/filter.js';

/** The filter of a file without others beside it: nftables by its name, otherwise iptables. */
export function filterOf(name: string, text: string): FilterModel {
  const dialect: Dialect = name.endsWith('.nft') ? nftables : iptables;
  const source = { uri: `file:///network/${name}`, text };
  const { model } = dialect.lower(source, dialect.parse(source), { roots: [], read: () => 'missing', list: () => [] });
  if (model.kind !== 'filter') throw new Error(`${name} is no packet filter`);
  return model;
}
