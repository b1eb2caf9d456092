// The actions of access lists and of ssl_bump.

import type { Word } from '../../shared/words.js';

const ACCESS_SUMMARIES: Readonly<Record<string, string>> = {
  allow: 'Allows requests that all acls of the line match.',
  deny: 'Denies requests that all acls of the line match.',
};

const BUMP_SUMMARIES: Readonly<Record<string, string>> = {
  splice: 'Forwards TLS without decrypting it.',
  bump: 'Decrypts TLS, with a certificate that squid generates for the host.',
  peek: 'Reads the hello of the client (step 1) or of the server (step 2) and continues. After step 2 TLS can only be spliced or terminated.',
  stare:
    'Reads the hello of the client (step 1) or of the server (step 2) and continues. After step 2 TLS can only be bumped or terminated.',
  terminate: 'Closes both connections.',
  none: 'The older name of `splice`; only at step 1.',
  'client-first': 'An older form of `bump`: TLS with the client first, before the certificate of the server is known.',
  'server-first': 'An older form of `bump`: TLS with the server first, then with the client.',
};

/** The actions of access lists. */
export const ACCESS_ACTIONS: readonly string[] = Object.keys(ACCESS_SUMMARIES);

/** The actions of ssl_bump rules; `allow` and `deny` are its oldest form, which cannot be combined with the others. */
export const BUMP_ACTIONS: ReadonlySet<string> = new Set([...Object.keys(BUMP_SUMMARIES), ...ACCESS_ACTIONS]);

export function actionSummary(action: string): string | undefined {
  return ACCESS_SUMMARIES[action] ?? BUMP_SUMMARIES[action];
}

export const ACTION_WORDS: readonly Word[] = [
  ...Object.entries(ACCESS_SUMMARIES).map(([name, summary]) => action(name, 'action of an access list', summary)),
  ...Object.entries(BUMP_SUMMARIES).map(([name, summary]) => action(name, 'action of ssl_bump', summary)),
];

function action(name: string, place: string, summary: string): Word {
  return { name, place, treatment: 'modelled', summary };
}
