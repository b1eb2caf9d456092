// Reports names that statements use and the file does not define.
import type { Problem } from '../../dialect.js';
import { referencesOf } from '../program/blocks.js';
import { bindingsOf, type Program } from '../program/program.js';
import { rangeIn } from '../program/quoted-line.js';
import type { NameKind } from '../syntax/tree.js';
import { undefinedZoneNames } from './zone-names.js';

export function undefinedNames(program: Program): Problem[] {
  return [...undefinedGroups(program), ...undefinedLists(program), ...undefinedZoneNames(program)];
}

const KINDS = { alias: 'name', object: 'object', 'object-group': 'object group' } as const;

function isGroupKind(kind: NameKind): kind is keyof typeof KINDS {
  return kind in KINDS;
}

function undefinedGroups({ uri, blocks, definitions }: Program): Problem[] {
  return blocks.flatMap(({ base, content }) =>
    content.referring.flatMap((own) =>
      referencesOf(own.statement).flatMap((reference): Problem[] => {
        const { kind, name, token } = reference;
        if (!isGroupKind(kind) || definitions.has(reference)) return [];
        const message = `this file defines no ${KINDS[kind]} '${name}'`;
        return [{ code: 'undefined-name', message, uri, range: rangeIn({ own, base }, token) }];
      }),
    ),
  );
}

function undefinedLists(program: Program): Problem[] {
  const { uri, lists, platform } = program;
  const effect = platform === 'asa' ? 'the device rejects the line' : 'the device permits everything there';
  return bindingsOf(program).flatMap(({ list, line }): Problem[] => {
    const { statement } = line.own;
    if (lists.has(list) || statement.kind !== 'bind') return [];
    const message = `this file defines no access list '${list}': ${effect}`;
    return [{ code: 'undefined-name', message, uri, range: rangeIn(line, statement.list) }];
  });
}
