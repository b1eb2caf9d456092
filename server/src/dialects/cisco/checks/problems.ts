import type { Problem } from '../../dialect.js';
import { shadowedInRuns } from '../../shared/shadowed-rules.js';
import { writtenRules } from '../meaning/model.js';
import { ownProblems, type Placed, referencesOf } from '../program/blocks.js';
import { type Binding, type Program, placeOf } from '../program/program.js';

/** The defects of a configuration, without those that need its rules compared. */
export function listProblems(program: Program): Problem[] {
  return [
    ...lineProblems(program),
    ...undefinedNames(program),
    ...unusedNames(program),
    ...repeatedEntries(program),
    // An entry that is partly unknown is told as one or not at all.
    ...shadowedInRuns([...program.lists.values()].map((list) => writtenRules(program, list).entries)),
  ];
}

function lineProblems(program: Program): Problem[] {
  const problems: Problem[] = [];
  for (const { base, summary } of program.blocks) {
    for (const item of summary.defects) {
      for (const { code, start, end, message } of ownProblems(item.statement)) {
        const at = base + item.offset;
        problems.push({ uri: program.uri, range: { start: at + start, end: at + end }, code, message });
      }
    }
  }
  return problems;
}

function undefinedNames(program: Program): Problem[] {
  const problems: Problem[] = [];
  for (const { base, summary } of program.blocks) {
    for (const item of summary.referring) {
      for (const reference of referencesOf(item.statement)) {
        if (reference.kind === 'access-list' || program.definitions.has(reference)) continue;
        const at = base + item.offset;
        const what = reference.kind === 'alias' ? 'name' : reference.kind === 'object' ? 'object' : 'object group';
        problems.push({
          code: 'undefined-name',
          message: `this file defines no ${what} '${reference.name}'`,
          uri: program.uri,
          range: { start: at + reference.token.start, end: at + reference.token.end },
        });
      }
    }
  }
  for (const binding of bindingsOf(program)) {
    const { list, place } = binding;
    if (program.lists.has(list) || place.item.statement.kind !== 'bind') continue;
    const { token } = { token: place.item.statement.list };
    const at = place.base + place.item.offset;
    const effect =
      program.platform === 'asa' ? 'the device refuses the line' : 'the device lets everything through there';
    problems.push({
      code: 'undefined-name',
      message: `this file defines no access list '${list}': ${effect}`,
      uri: program.uri,
      range: { start: at + token.start, end: at + token.end },
    });
  }
  return problems;
}

function bindingsOf(program: Program): Binding[] {
  const bindings = program.interfaces.flatMap((one) => one.bindings);
  return program.globalBinding ? [...bindings, program.globalBinding] : bindings;
}

/** Names that nothing in a whole device's configuration uses. A file of lists alone is there to be used elsewhere. */
function unusedNames(program: Program): Problem[] {
  const used = new Set<string>();
  for (const { list } of bindingsOf(program)) used.add(list);
  for (const { summary } of program.blocks) {
    for (const { statement } of summary.referring) for (const { name } of referencesOf(statement)) used.add(name);
  }
  const problems: Problem[] = [];
  const tell = (what: string, name: string, placed: Placed) => {
    const { statement } = placed.item;
    const token =
      statement.kind === 'open-list' || statement.kind === 'open-group'
        ? statement.token
        : statement.kind === 'ace'
          ? statement.list?.token
          : undefined;
    const at = placed.base + placed.item.offset;
    const range = token ? { start: at + token.start, end: at + token.end } : placeOf(program.uri, placed).range;
    problems.push({ code: 'unused-name', message: `nothing uses the ${what} '${name}'`, uri: program.uri, range });
  };
  if (program.interfaces.length > 0) {
    for (const { name, header } of program.lists.values()) if (!used.has(name)) tell('access list', name, header);
  }
  if (program.lists.size > 0) {
    for (const [name, header] of program.groups) if (!used.has(name)) tell('group', name, header);
  }
  return problems;
}

function repeatedEntries(program: Program): Problem[] {
  return program.repetitions.map(({ entry, earlier, sequence }) => {
    const place = placeOf(program.uri, earlier);
    return {
      ...placeOf(program.uri, entry),
      code: 'duplicate-name',
      message: `the list has an entry ${sequence} already, so the device refuses this one`,
      related: [{ uri: place.uri, range: place.range, message: `entry ${sequence}` }],
    };
  });
}
