// The variables that commands of the shell set, by the words after their name.

/** What an expression changes, whatever its values are: `i++`, `--i`, `i=3`, `i+=2`. */
export function assignedIn(text: string): string[] {
  const names = [
    ...text.matchAll(/([A-Za-z_]\w*)\s*(?:\+\+|--|(?:[-+*/%&|^]|<<|>>)?=(?!=))|(?:\+\+|--)\s*([A-Za-z_]\w*)/g),
  ];
  return names.map(([, before, after]) => before ?? after ?? '');
}

const NAME = /^[A-Za-z_]\w*$/;

/** What a command may set; `'all'` for `eval` of a text that the script does not spell out. */
export function namesSetBy(program: string, words: readonly (string | undefined)[]): readonly string[] | 'all' {
  const names = words.filter((word) => word !== undefined && NAME.test(word)).map(String);
  switch (program) {
    case 'read':
      return names.length === 0 ? ['REPLY'] : names;
    case 'mapfile':
    case 'readarray':
      return [...names, 'MAPFILE'];
    case 'getopts':
      return [...names, 'OPTARG', 'OPTIND'];
    case 'printf':
      return words[0] === '-v' ? names.slice(0, 1) : [];
    case 'let':
    case 'eval':
      if (words.includes(undefined)) return 'all';
      return words.flatMap((word = '') => [...word.matchAll(SETS)].map(([, name]) => name ?? ''));
    default:
      return [];
  }
}

const SETS = /(?:^|[\s;&|(,]|\+\+|--)([A-Za-z_]\w*)(?=\s*(?:\+\+|--|(?:[-+*/%&|^]|<<|>>)?=|$))/g;
