// Acls that cannot be evaluated from the file: both outcomes are followed, each as an assumption.

import type { QuotedLine } from '../../../model/evidence.js';
import type { Acl } from '../program/acls.js';
import { type Placed, type Program, quoteAt } from '../program/program.js';
import { rulesOf } from '../program/rules.js';
import { aclKey } from '../syntax/tree.js';
import type { Facts } from './facts.js';
import { byAssumption, never, type Region, type Split, splitAll } from './regions.js';

/** Both outcomes of an acl that cannot be evaluated from the file. */
export function assume(region: Region, acl: Acl, facts: Facts, reason?: string): Split {
  const statement = statementFor(facts.program, acl);
  if (!statement) return never(region);
  const about = reason ?? acl.type.about;
  const phrase = (one: string, many: string) => ({
    phrase: `the acl '${acl.name}' ${one} (${about})`,
    plural: { before: 'the acls ', name: `'${acl.name}'`, after: ` ${many} (${about})` },
  });
  const phrases = { yes: phrase('matches', 'match'), no: phrase('does not match', 'do not match') };
  return byAssumption(region, unknownOf(acl), phrases, statement);
}

/** What identifies the outcome of an acl among what is assumed. */
export function unknownOf({ key }: Acl): string {
  return `acl ${key}`;
}

/** The line to quote for an acl: its first, or for a built-in acl the first that names it. */
export function statementFor(program: Program, acl: Acl): QuotedLine | undefined {
  const placed = acl.isBuiltIn ? firstUse(program, acl.key) : acl.lines[0];
  return placed && quoteAt(program, placed);
}

function firstUse(program: Program, key: string): Placed | undefined {
  const names = ({ references }: { readonly references: readonly { readonly name: string }[] }) =>
    references.some(({ name }) => aclKey(name) === key);
  for (const list of program.lists.keys()) {
    for (const rule of rulesOf(program, list)) if (names(rule.line.statement)) return rule;
  }
  return program.acls.all.flatMap(({ lines }) => lines).find(({ line }) => names(line.statement));
}

/** Where some of the values are unknown, requests that the known ones do not match possibly match. */
export function withUnknown(split: Split, unknown: string | undefined, acl: Acl, facts: Facts): Split {
  if (unknown === undefined || split.no.length === 0) return split;
  const assumed = splitAll(split.no, (region) => assume(region, acl, facts, unknown));
  return { yes: [...split.yes, ...assumed.yes], no: assumed.no, login: split.login };
}
