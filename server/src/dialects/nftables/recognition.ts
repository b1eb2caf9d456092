// How nft rulesets are recognised, without the code that reads them.
import type { Recognition } from '../dialect.js';
import { detect } from './detect.js';

export const recognition: Recognition = {
  id: 'nftables',
  title: 'nftables ruleset',
  lineComment: () => '#',
  refusesByteOrderMark: true,
  mayInclude: (text) => text.includes('include'),
  detect,
};
