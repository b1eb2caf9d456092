// Proposals that leave the TLS of some hosts encrypted.

import type { Candidate } from '../../dialect.js';
import { clientListeners } from '../program/listeners.js';
import { rulesOf } from '../program/rules.js';
import { before } from './edits.js';
import { extendRuleBefore } from './extend-acl.js';
import { hostValues } from './host-values.js';
import { freshName, limitOf, type NewAcl, newAcls, SERVER_NAME } from './new-acls.js';
import { decidingRule, type FixTask, placeOf } from './task.js';

/** Rules that splice, each limited to one of the choices of ports. */
export function splice(task: FixTask, portChoices: readonly (NewAcl | undefined)[]): Candidate[] {
  const { program, change } = task;
  const rule = decidingRule(task, 'ssl_bump');
  const candidates: Candidate[] = [...extendRuleBefore(task, rule, { list: 'ssl_bump', action: 'splice' })];
  const rules = [...rulesOf(program, 'ssl_bump')];
  const firstDecrypting = rules.find(({ line }) =>
    /^(stare|bump|client-first|server-first)$/.test(line.statement.action.text),
  );
  const anchors = [rule, firstDecrypting, rules[0]].filter((anchor) => anchor !== undefined);
  const intercepts = clientListeners(program).some(({ mode, tls }) => mode === 'intercept' && tls);
  const peeks = rules.some(({ line }) => line.statement.action.text === 'peek');
  for (const values of hostValues(change.hosts)) {
    for (const anchor of new Set(anchors)) {
      for (const ports of portChoices) {
        const rulesFor = newAcls(task, values, SERVER_NAME).flatMap(({ name, lines }) => [
          ...lines,
          `ssl_bump splice ${name}${ports ? ` ${ports.name}` : ''}`,
        ]);
        const lines = [...(ports?.lines ?? []), ...rulesFor];
        const place = placeOf(task, anchor, limitOf(ports));
        const plain = before(task, anchor, lines);
        // The name of an intercepted connection is unknown before its client hello has been read.
        const peeking = !peeks && before(task, anchor, [...peekLines(task), ...lines]);
        const edits = intercepts ? [peeking || plain] : [plain, peeking];
        for (const edit of edits) if (edit) candidates.push({ place, edits: [edit] });
      }
    }
  }
  return candidates;
}

/** The lines that make squid read the client hello. */
function peekLines(task: FixTask): string[] {
  const step1 = task.program.acls
    .ofType('at_step')
    .find(
      ({ lines }) =>
        lines.length === 1 &&
        lines[0]?.line.statement.values.map(({ text }) => text.toLowerCase()).join(' ') === 'sslbump1',
    );
  if (step1) return [`ssl_bump peek ${step1.name}`];
  const name = freshName(task, 'step1');
  return [`acl ${name} at_step SslBump1`, `ssl_bump peek ${name}`];
}
