// The table of every known word of squid.conf, assembled from the tables that the parser reads.

import type { WordTable } from '../../shared/words.js';
import { ACL_WORDS } from './acl-types.js';
import { ACTION_WORDS } from './actions.js';
import { DIRECTIVE_WORDS } from './directives.js';
import { VALUE_WORDS } from './values.js';

export const words: WordTable = {
  manual: { title: 'Squid configuration directives', url: 'http://www.squid-cache.org/Doc/config/' },
  words: [...DIRECTIVE_WORDS, ...ACTION_WORDS, ...ACL_WORDS, ...VALUE_WORDS],
};
