// Damage as people, merges and copying make it: to texts of a language, with words of other texts of that language.

import type { Random } from '../random.js';

/** What does not belong where it is put: brackets, quotes, line ends, halves of characters, tags of templates, large numbers. */
const PIECES = [
  ...[
    '\0',
    '\r',
    '\r\n',
    '\t',
    '\\',
    '`',
    '"',
    "'",
    '{',
    '}',
    '(',
    ')',
    '[',
    ']',
    '<',
    '>',
    '$',
    '${',
    '$(',
    '@',
    '%',
    '#',
  ],
  ...['!', '|', ';', ';;', ',', ':', '-', '/', '*', '=', '==', '&&', '||', '..', '::', '0x', 'é', '\ud800', '\ufeff'],
  ...['{{ x }}', '{% if x %}', '{% endif %}', '<%= x %>', '0', '-1', '65536', '4294967296', '99999999999999999999'],
  ...['0.0.0.0/0', '::/0', '10.0.0.0/33', '255.255.255.255', '*.example.com', '.', 'any', 'all', 'none', 'not'],
  ...['\n<<<<<<< HEAD\n', '\n=======\n', '\n>>>>>>> other\n'],
];

/** Texts do not grow beyond this, in UTF-16 code units. */
const LENGTH_LIMIT = 6_000;

const WORD = /[\w.*:/-]+|[^\s\w]/g;

/** Damages a text once. `others` are texts of the same language. */
export function damaged(text: string, others: readonly string[], random: Random): string {
  return (DAMAGES[random.below(DAMAGES.length)] ?? putPiece)(text, others, random).slice(0, LENGTH_LIMIT);
}

type Damage = (text: string, others: readonly string[], random: Random) => string;

const putPiece: Damage = (text, _, random) => {
  const at = random.below(text.length + 1);
  return text.slice(0, at) + random.pick(PIECES) + text.slice(at);
};

const cut: Damage = (text, _, random) => {
  const at = random.below(text.length + 1);
  return text.slice(0, at) + text.slice(at + 1 + random.below(30));
};

const end: Damage = (text, _, random) => text.slice(0, random.below(text.length + 1));

const replaceWord: Damage = (text, others, random) => {
  const words = [...text.matchAll(WORD)];
  const foreign = random.pick(others).match(WORD) ?? [];
  if (words.length === 0 || foreign.length === 0) return text;
  const { index, 0: word } = random.pick(words);
  return text.slice(0, index) + random.pick(foreign) + text.slice(index + word.length);
};

const dropWord: Damage = (text, _, random) => {
  const words = [...text.matchAll(WORD)];
  if (words.length === 0) return text;
  const { index, 0: word } = random.pick(words);
  return text.slice(0, index) + text.slice(index + word.length);
};

/** A damage of whole lines. */
function lines(change: (lines: string[], others: readonly string[], random: Random) => void): Damage {
  return (text, others, random) => {
    const all = text.split('\n');
    change(all, others, random);
    return all.join('\n');
  };
}

const takeLine = lines((all, others, random) => {
  all.splice(random.below(all.length + 1), 0, random.pick(random.pick(others).split('\n')));
});

const dropLine = lines((all, _, random) => {
  all.splice(random.below(all.length), 1);
});

const repeatLine = lines((all, _, random) => {
  const at = random.below(all.length);
  const line = all[at] ?? '';
  all.splice(random.below(all.length + 1), 0, ...Array.from({ length: 1 + random.below(12) }, () => line));
});

const moveLine = lines((all, _, random) => {
  const [line = ''] = all.splice(random.below(all.length), 1);
  all.splice(random.below(all.length + 1), 0, line);
});

const joinLines = lines((all, _, random) => {
  const at = random.below(all.length);
  all.splice(at, 2, `${all[at] ?? ''} ${all[at + 1] ?? ''}`);
});

const DAMAGES: readonly Damage[] = [
  ...[putPiece, cut, end, replaceWord, replaceWord, replaceWord, dropWord, dropWord],
  ...[takeLine, takeLine, dropLine, repeatLine, moveLine, joinLines],
];
