// Says why no host or URL can have a text, and what was probably meant.
import { matchesNone } from './arriving-texts.js';
import type { CheckContext } from './context.js';
import { patternOf, type TextTest } from './text-tests.js';

export interface Reason {
  readonly message: string;
  /** The right text, where there is one. */
  readonly corrected?: string | undefined;
  /** The right conditions, to be joined by `||`. */
  readonly rewritten?: readonly string[] | undefined;
}

export function reasonFor(test: TextTest, text: string, context: CheckContext): Reason {
  const { cut } = test;
  if (cut !== undefined && text.length !== cut) {
    const message = `"${text}" has ${text.length} characters and is compared with ${cut}: it is never equal.`;
    return { message };
  }
  const reason = test.subject === 'host' ? hostReason(test, text, context) : urlReason(test, text, context);
  const { corrected } = reason;
  // A correction has to be one.
  if (corrected === undefined) return reason;
  const isLonger = cut !== undefined && corrected.length !== cut;
  if (!isLonger && !matchesNone(patternOf(test.shape, corrected), test.subject)) return reason;
  return { message: reason.message, rewritten: reason.rewritten };
}

function hostReason(test: TextTest, text: string, context: CheckContext): Reason {
  const { shape, how } = test;
  const several = severalPatterns(text);
  if (several) {
    const message = `"${text}" is one text, not ${several.length}: no host contains a "${/[;,]/.exec(text)?.[0] ?? ' '}".`;
    return { message, rewritten: test.negated ? undefined : several.map((one) => conditionFor(test, one, context)) };
  }
  if (text.trim() !== text) {
    return { message: `The space in "${text}" makes the condition always false.`, corrected: text.trim() };
  }
  if (shape !== 'shell' && /[*?]/.test(text)) return wildcardReason(test, text, context);
  for (const mark of ['\\', '/', ':']) {
    if (text.includes(mark)) return { message: `A host contains no "${mark}": "${text}" matches none.` };
  }
  if (/[A-Z]/.test(text)) {
    return { message: `Clients pass hosts in lower case: "${text}" matches none.`, corrected: text.toLowerCase() };
  }
  if (text.startsWith('.')) return leadingDotReason(test, text, context);
  return { message: `No host ${SHAPE_WORDS[shape]} "${text}"${how === 'case' ? '' : `; \`${how}\` never finds it`}.` };
}

/** How a host or URL is compared with a text, as a verb. */
export const SHAPE_WORDS = {
  whole: 'is',
  shell: 'is of the form',
  local: 'is',
  start: 'begins with',
  end: 'ends with',
  within: 'contains',
} as const;

/** `*.a.example; *.b.example`: the parts, if all could be hosts. */
function severalPatterns(text: string): string[] | undefined {
  const parts = text.split(/[;,\s]+/).filter((part) => part !== '');
  return parts.length > 1 && parts.every((part) => /^[*.]*[a-z0-9][a-z0-9.*?_-]*$/i.test(part)) ? parts : undefined;
}

/** The condition of a test for another text. */
function conditionFor({ node, pattern }: TextTest, text: string, context: CheckContext): string {
  const before = context.text.slice(node.start, pattern.start);
  return before + context.quotedLike(pattern, text) + context.text.slice(pattern.end, node.end);
}

function wildcardReason(test: TextTest, text: string, context: CheckContext): Reason {
  const { how, shape, subjectNode, pattern, negated } = test;
  const message = `${how === 'case' ? '`case`' : `\`${how}\``} does not support wildcards: "${text}" matches no ${test.subject === 'host' ? 'host' : 'URL'}.`;
  if (shape === 'end' && /^\*\.[^*?]+$/.test(text)) return { message, corrected: text.slice(1) };
  if (shape !== 'whole' && shape !== 'local') return { message };
  const shell = `${negated ? '!' : ''}shExpMatch(${context.textOf(subjectNode)}, ${context.quotedLike(pattern, text)})`;
  return matchesNone(patternOf('shell', text), test.subject) ? { message } : { message, rewritten: [shell] };
}

function leadingDotReason(test: TextTest, text: string, context: CheckContext): Reason {
  const message = `A host does not begin with a dot: "${text}" matches none.`;
  if (test.shape === 'shell') {
    // `.*` is how regular expressions write what is `*` here.
    return {
      message,
      corrected: text.startsWith('.*') ? text.replace(/^\.\*/, '*').replace(/\.\*$/, '*') : `*${text}`,
    };
  }
  if (test.shape !== 'local') return { message };
  return { message, rewritten: [conditionFor(test, text, context).replace('localHostOrDomainIs', 'dnsDomainIs')] };
}

function urlReason(test: TextTest, text: string, context: CheckContext): Reason {
  const { shape } = test;
  if (text.trim() !== text) {
    return { message: `The space in "${text}" makes the condition always false.`, corrected: text.trim() };
  }
  if (shape !== 'shell' && /\*/.test(text)) return wildcardReason(test, text, context);
  if ((shape === 'shell' || shape === 'whole' || shape === 'start') && !/^[^/]*:/.test(text)) {
    const message = `A URL begins with its scheme, such as "https://": "${text}" matches none.`;
    // A host that is followed by anything is a host and a path.
    const path = text.replace(/^([a-z0-9.-]+[a-z])\*$/, '$1/*');
    return { message, corrected: shape === 'shell' && /^[a-z0-9]/.test(text) ? `*://${path}` : undefined };
  }
  const [, scheme = '', rest = ''] = /^([a-z*?]{1,10}:\/\/)(.*)$/i.exec(text) ?? [];
  if (rest.startsWith('.')) {
    return { message: `A host does not begin with a dot: "${text}" matches no URL.`, corrected: `${scheme}*${rest}` };
  }
  const [authority = ''] = /^[^/]*/.exec(rest) ?? [];
  if (/[A-Z]/.test(scheme + authority)) {
    const corrected = scheme.toLowerCase() + authority.toLowerCase() + rest.slice(authority.length);
    return { message: `Clients pass scheme and host in lower case: "${text}" matches no URL.`, corrected };
  }
  const port = /^(https|wss|http|ws):\/\/[^/?#]*?(:(?:443|80))(?=[/?#]|$)/.exec(text);
  if (port?.[2] === (port?.[1]?.endsWith('s') ? ':443' : ':80')) {
    const message = `Browsers leave out \`${port[2]}\`, the usual port of ${port[1]}. No URL ${SHAPE_WORDS[shape]} "${text}".`;
    return { message, corrected: text.replace(port[2], '') };
  }
  if (!/[/?#]/.test(rest) && scheme !== '') {
    const message = `Browsers pass at least "/" after the host: no URL ${SHAPE_WORDS[shape]} "${text}".`;
    return { message, corrected: shape === 'shell' ? `${text}/*` : `${text}/` };
  }
  if (/^(?:https|wss):\/\/[^/:]*(?::\d+)?[/?#]./.test(text)) {
    return { message: `Browsers cut path and query off https: and wss: URLs: none ${SHAPE_WORDS[shape]} "${text}".` };
  }
  return { message: `No URL ${SHAPE_WORDS[shape]} "${text}".` };
}
