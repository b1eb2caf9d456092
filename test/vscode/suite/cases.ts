/** What the suite in the extension host proves, in the order in which it runs. */
export const CASES = [
  'starts no server before a file of its languages is opened',
  'reports what a PAC file does not meet, with a code that leads to its documentation',
  'reports what a squid.conf does not meet, included files considered',
  'explains at the deciding statement, and links the document',
  'offers a fix that removes what it was offered for',
  'follows an acl into the included file that defines it',
  'finds every use of an acl',
  'completes the directives of squid.conf',
  'lists the symbols of a file',
  'hushes a finding that the settings turn off',
  'shows the coverage of a file',
  'checks lintel.yaml as it is typed, and files with it',
  'shows the firewall plan of the workspace',
  'gives a file the language that lintel.yaml names',
  'restarts the server on command',
  'restarts the server when it dies',
  'answers agents with its tools, where the editor has agents',
  'gives agents a server that starts and answers',
  'links a finding that cites no document to the page of its code',
  'survives files that are none',
] as const;

export type CaseName = (typeof CASES)[number];

/** What became of each case: `undefined` where it passed, otherwise why it failed. */
export type Outcomes = Partial<Record<CaseName, { readonly failure?: string }>>;

/** Where the suite leaves its outcomes, beside the workspace folder. */
export const OUTCOMES_FILE = 'outcomes.json';
