// Sessions of group policies: copies that a script changes, which count when it saves them.

import type { Invocation } from './invocation.js';
import type { Value } from './value.js';

/** The condition of what is changed in a session that nothing saves afterwards. */
const UNSAVED = 'whether Save-NetGPO saves it';

/**
 * What a script changes in a session that it opens itself, with whether it saves that: "the changes are batch returned to the
 * policy store with the Save-NetGPO cmdlet" (*Open-NetGPO*). A session that it is given is saved by whoever opened it.
 */
export function savedSessions(invocations: readonly Invocation[]): readonly Invocation[] {
  const opened = new Set(invocations.flatMap((one) => (one.command === 'open-netgpo' ? keyOf(openedBy(one)) : [])));
  if (opened.size === 0) return invocations;
  const saves: { readonly session: string; readonly conditions: readonly string[] }[] = [];
  const found: Invocation[] = [];
  // From the end: a save counts for what is before it.
  for (const invocation of [...invocations].reverse()) {
    const session = sessionOf(invocation);
    if (invocation.command === 'save-netgpo') {
      if (session !== undefined) saves.push({ session, conditions: invocation.conditions });
      found.push(invocation);
    } else if (
      session === undefined ||
      !opened.has(session) ||
      saves.some((save) => isSavedBy(save, session, invocation))
    )
      found.push(invocation);
    else found.push({ ...invocation, conditions: [...invocation.conditions, UNSAVED] });
  }
  return found.reverse();
}

/** Whether a session is saved whenever a command before runs: a save may stand in an `if` that the command is not in. */
function isSavedBy(
  save: { readonly session: string; readonly conditions: readonly string[] },
  session: string,
  { conditions }: Invocation,
): boolean {
  return save.session === session && save.conditions.every((condition, index) => conditions[index] === condition);
}

/** The policy that a session is opened for, which its value stands for. */
export function openedBy({ parameters }: Pick<Invocation, 'parameters'>): Value | undefined {
  return (parameters.get('policystore') ?? parameters.get('name'))?.value;
}

function sessionOf({ command, parameters, input }: Invocation): string | undefined {
  const positional = command === 'save-netgpo' ? parameters.get('name') : undefined;
  const own = parameters.get('gposession') ?? input?.parameters.get('gposession') ?? positional;
  const [key] = keyOf(own?.value);
  return key;
}

/** What is the same for the same policy, in a list; empty where it has no name. */
function keyOf(value: Value | undefined): string[] {
  if (value?.kind === 'text') return [value.text.toLowerCase()];
  return value?.kind === 'unknown' ? [`computed ${value.source}`] : [];
}
