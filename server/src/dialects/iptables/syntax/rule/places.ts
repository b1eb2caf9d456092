// The words of a rule that the kernel takes only in some tables and chains.
import { MATCH_PLACES, type Place, POLICY_PLACES, TARGET_PLACES } from '../../vocabulary/places.js';
import type { TableName } from '../../vocabulary/words.js';
import type { Command, UsedExtension } from '../command.js';
import type { PlacedWord } from './rule.js';

export function placesOf({ matches, targetExtension }: Command): readonly PlacedWord[] {
  const found: PlacedWord[] = [];
  for (const used of matches) add(found, used, `-m ${used.extension.name}`, MATCH_PLACES[used.extension.name]);
  if (targetExtension)
    add(found, targetExtension, targetExtension.extension.name, TARGET_PLACES[targetExtension.extension.name]);
  return found.length > 0 ? found : NONE;
}

const NONE: readonly never[] = [];

type Known = (typeof MATCH_PLACES)[string];

function add(found: PlacedWord[], { extension, word, options }: UsedExtension, name: string, known: Known | undefined) {
  if (known?.place) found.push({ word, name, place: known.place });
  for (const { option, word: own, values } of options) {
    const value = values[0]?.text ?? '';
    const ofPolicy = extension.name === 'policy' && option.name === 'dir';
    const place: Place | undefined = ofPolicy ? POLICY_PLACES[value] : known?.options?.[option.name];
    if (place) found.push({ word: own, name: `--${option.name}${ofPolicy ? ` ${value}` : ''}`, place });
  }
}

/** Why a rule with such a word cannot be in a table at all, whatever its chain; `undefined` where it can. */
export function wrongTable({ name, place }: Omit<PlacedWord, 'word'>, table: TableName): string | undefined {
  const { tables } = place;
  if (!tables || tables.includes(table)) return undefined;
  if (name === 'DROP') return `iptables rejects 'DROP' in the table ${table}, which is not for filtering`;
  const those = `${tables.length === 1 ? 'table' : 'tables'} ${inWords(tables)}`;
  return `the kernel accepts '${name}' only in the ${those}, and this is ${table}`;
}

export function inWords(values: readonly string[]): string {
  return [values.slice(0, -1).join(', '), ...values.slice(-1)].filter((part) => part !== '').join(' and ');
}
