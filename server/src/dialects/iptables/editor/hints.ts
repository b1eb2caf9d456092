// What stands beside the text: the elements of a set at its use, and the value of a variable in a command of a script.

import { type AddressFamily, formatAddress } from '../../../model/ip.js';
import { type TextRange, touches } from '../../../text/range.js';
import type { ContentHint } from '../../dialect.js';
import { contentHint, TOLD_LIMIT, ValuesByPlace } from '../../shared/content-hints.js';
import { ruleNameUses } from '../program/names.js';
import type { IptablesDocument } from '../program/program.js';
import type { SetContent } from '../program/set-content.js';
import { type ElementPart, PROTOCOLS_WITH_PORTS } from '../program/set-elements.js';

export function hintsIn(document: IptablesDocument, range: TextRange): readonly ContentHint[] {
  return [...setHints(document, range), ...variableHints(document, range)];
}

/** Behind the sets that rules test; a command that fills a set says itself what is in it. */
function setHints(document: IptablesDocument, range: TextRange): readonly ContentHint[] {
  const { sets } = document.program;
  return ruleNameUses(document, range).flatMap((use) => {
    const set = use.kind === 'set' && use.range.end >= range.start ? sets.get(use.name) : undefined;
    // What changes while packets pass says nothing of what is in it.
    if (!set || set.isUnknown || set.changes.adds || set.changes.deletes) return [];
    return contentHint(use, firstElements(set), set.elements.size) ?? [];
  });
}

function firstElements({ elements, properties: { family } }: SetContent): readonly string[] {
  const told: string[] = [];
  for (const { parts, nomatch } of elements.values()) {
    if (told.length === TOLD_LIMIT) break;
    const text = parts.map((part) => partText(part, family)).join(',');
    told.push(nomatch ? `${text} nomatch` : text);
  }
  return told;
}

function partText(part: ElementPart, family: AddressFamily = 4): string {
  switch (part.kind) {
    case 'addresses': {
      const { low, high, length } = part;
      const first = formatAddress(family === 4 ? { family, value: Number(low) } : { family, value: BigInt(low) });
      return low === high ? first : `${first}/${length}`;
    }
    case 'port':
      return `${PROTOCOLS_WITH_PORTS.get(part.protocol) ?? part.protocol}:${part.port}`;
    case 'interface':
      return part.wildcard ? `${part.name}+` : part.name;
    case 'other':
      return part.text;
  }
}

/** A word that is nothing but a variable. */
const VARIABLE = /^"?\$(?:(\w+)|\{(\w+)\})"?$/;

/** In a loop, a variable has a value each time. */
function variableHints({ source, program }: IptablesDocument, range: TextRange): readonly ContentHint[] {
  const { uri, text } = source;
  const values = new ValuesByPlace();
  for (const { statement, words } of program.invocations) {
    const { start } = statement.range;
    if (statement.uri !== uri || !touches(statement.range, range)) continue;
    for (const word of words) {
      const place = { start: start + word.start, end: start + word.end };
      const [, plain, braced] = VARIABLE.exec(text.slice(place.start, place.end)) ?? [];
      const name = plain ?? braced;
      if (name === undefined || word.unknown !== undefined || word.text === '') continue;
      values.add(`$${name}`, place, word.text.split(','));
    }
  }
  return values.hints;
}
