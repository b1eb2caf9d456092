import { type Helper, helperReference } from './helpers.js';

/** Hover text of a helper function. */
export function helperMarkdown(helper: Helper): string {
  return [
    `\`\`\`js\n${helper.name}(${helper.parameters}): ${helper.returns}\n\`\`\``,
    helper.summary,
    ...(helper.microsoft ? ['Only Windows and clients that follow it have this function.'] : []),
    ...(helper.asks ? [ASKS[helper.asks]] : []),
    `[Reference](${helperReference(helper)})`,
  ].join('\n\n');
}

const ASKS: Readonly<Record<NonNullable<Helper['asks']>, string>> = {
  dns: 'The answer depends on DNS, so Lintel follows every answer that the documents allow.',
  client: "The answer depends on the client, so Lintel follows every address that the question's clients may have.",
  time: 'The answer depends on the clock, so Lintel follows both outcomes.',
};

/** What may begin an entry of a result. */
export interface ResultKeyword {
  readonly word: string;
  readonly form: string;
  readonly summary: string;
}

export const RESULT_KEYWORDS: readonly ResultKeyword[] = [
  { word: 'DIRECT', form: 'DIRECT', summary: 'Connect without a proxy.' },
  { word: 'PROXY', form: 'PROXY host:port', summary: 'Use an HTTP proxy. https goes through it with CONNECT.' },
  { word: 'HTTPS', form: 'HTTPS host:port', summary: 'Use an HTTP proxy, and speak TLS with the proxy itself.' },
  { word: 'HTTP', form: 'HTTP host:port', summary: 'The same as PROXY; older clients do not know it.' },
  { word: 'SOCKS', form: 'SOCKS host:port', summary: 'Use a SOCKS proxy: version 4 in Chromium, 4 or 5 elsewhere.' },
  { word: 'SOCKS4', form: 'SOCKS4 host:port', summary: 'Use a SOCKS proxy of version 4.' },
  { word: 'SOCKS5', form: 'SOCKS5 host:port', summary: 'Use a SOCKS proxy of version 5, which resolves names itself.' },
];

export const ENTRY_MARKDOWN =
  'Clients call `FindProxyForURL(url, host)` for every URL. The result is a list of ways to try in order, separated by `;`: ' +
  '`DIRECT`, or `PROXY host:port` and the like. For `https` browsers leave path and query out of the URL.';

/** A text of the file as code, whatever quotes it contains. */
export function codeSpan(text: string): string {
  return text.includes('`') ? `\`\` ${text.replace(/`{2,}/g, '`')} \`\`` : `\`${text}\``;
}
