import type { NameUse, Source } from '../../dialect.js';

/** A command of ipset at the beginning of a line, in a file of its own or in a script, up to the name of its set. */
const COMMAND =
  /^[^\S\n]*(?:\S*ipset\S*[^\S\n]+)?(?:(?:-exist|-!|-q|-quiet)[^\S\n]+)*(create|-N|--create|add|-A|--add|del|-D|--del|flush|-F|--flush|destroy|-X|--destroy)[^\S\n]+(?:(?:-exist|-!)[^\S\n]+)?([\w.][\w.:+-]*)/gim;

/** Where a text names sets of ipset: a set is defined where it is created. */
export function setNameUses({ uri, text }: Source, isScript: boolean): NameUse[] {
  const uses: NameUse[] = [];
  for (const match of text.matchAll(COMMAND)) {
    const [all, operation = '', name = ''] = match;
    // In a script, a line that begins with the operation is not ipset's.
    if (isScript && !/ipset/i.test(all)) continue;
    const end = match.index + all.length;
    const role = /^(?:create|-N|--create)$/.test(operation) ? 'definition' : 'reference';
    uses.push({ uri, range: { start: end - name.length, end }, name, kind: 'set', role });
  }
  return uses;
}
