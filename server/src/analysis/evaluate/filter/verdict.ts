// The verdict of a requirement at one point, from the cases that its packets and their replies fall into.
import { distinctStatements, type QuotedLine } from '../../../model/evidence.js';
import type { FilterCase } from '../../../model/filter.js';
import { decidePackets } from '../../../model/filter-walk.js';
import { describePackets } from '../../../model/packet-text.js';
import { PacketSet } from '../../../model/packets.js';
import type { Verdict } from '../../report.js';
import { type Evaluation, NOTHING_MISSING, type PermittingRules } from '../evaluation.js';
import { allowedBox } from './ends.js';
import { bestServedChoice, choiceOf, choicesOf, describeChoice, typicalChoice } from './free-choice.js';
import type { FilterQuestion } from './question.js';

/**
 * The verdict of a requirement at one point.
 * @param cases what happens to the first packets of connections
 * @param replies what happens to the replies, as cases of those first packets; none where the filter is stateful
 */
export function verdictOf(
  question: FilterQuestion,
  cases: readonly FilterCase[],
  replies: readonly FilterCase[],
): Evaluation {
  const { requirement, point, asked, from, to, packets: choices } = question;
  const accepting = cases.filter(({ outcome }) => outcome.kind === 'accept');
  const others = [...cases, ...replies].filter(({ outcome }) => outcome.kind !== 'accept');
  const repliesDenied = definitelyDeniedIn(replies);
  const firstDenied = definitelyDeniedIn(cases);
  const definitelyDenied = firstDenied.union(repliesDenied);

  // A choice meets the requirement where none of the packets that have to pass with it is possibly denied.
  const serving = choices.subtract(choicesOf(packetsOf(others), question));
  const withStatus = (
    status: Verdict['status'],
    decidedBy: readonly FilterCase[],
    more: Partial<Verdict>,
  ): Verdict => ({
    requirement: requirement.id,
    status,
    decidedBy: statementsOf(decidedBy),
    ...more,
  });

  // An exemption of some inside addresses covers an undeclared role or not, depending on where that role is.
  if (requirement.kind === 'no-ipsec' && !serving.isEmpty && !choices.subtract(serving).isEmpty) {
    const reason = 'it depends on the addresses of its role; declare them under "roles" in lintel.yaml';
    const verdict = withStatus('undecided', others, { reason });
    return { requirement, verdict, missing: NOTHING_MISSING, trace: others[0]?.trace ?? [] };
  }
  if (!serving.isEmpty) {
    const deciding = accepting.filter(({ packets }) => !packets.intersect(serving).isEmpty);
    const chosen = describeChoice(question, serving);
    const verdict = withStatus('met', deciding, chosen === undefined ? {} : { reason: chosen });
    const permittedBy = permittingRules(question, deciding);
    return { requirement, verdict, missing: NOTHING_MISSING, trace: deciding[0]?.trace ?? [], permittedBy };
  }
  const possible = choices.subtract(choicesOf(definitelyDenied, question));
  if (!possible.isEmpty) {
    const unknown = others.filter(({ packets }) => !packets.intersect(possible).isEmpty);
    const assuming = [...unknown, ...accepting, ...replies].filter(({ assumptions }) => assumptions.length > 0);
    const verdict = withStatus('undecided', [...assuming, ...unknown], { reason: reasonOf(unknown, assuming) });
    return { requirement, verdict, missing: NOTHING_MISSING, trace: unknown[0]?.trace ?? [] };
  }
  // No choice is permitted completely: report what is missing for the one that is permitted most.
  const served = repliesDenied.isEmpty
    ? accepting
    : accepting.map((one) => ({ ...one, packets: one.packets.subtract(repliesDenied) }));
  const best = bestServedChoice(question, served, definitelyDenied);
  // Where none is permitted at all, a choice whose replies pass already needs the smallest change.
  const [replied] = repliesDenied.isEmpty ? [] : choices.subtract(choicesOf(repliesDenied, question)).boxes;
  const choice = best ?? (replied ? choiceOf(replied, question) : typicalChoice(question, cases));
  const packets = choice ? definitelyDenied.intersect(PacketSet.of(choice)) : definitelyDenied;
  const against = others.filter((one) => !one.packets.intersect(packets).isEmpty);
  const verdict = withStatus(best ? 'partial' : 'blocked', against, {
    missing: describePackets(packets),
    ...(packets.intersect(firstDenied).isEmpty ? { reason: 'the replies to it are denied' } : {}),
  });
  const missing = {
    kind: 'packets',
    packets,
    replies: packets.intersect(repliesDenied).replies(),
    allowed: PacketSet.of(allowedBox(asked, from, to)),
    point: point.name,
  } as const;
  return {
    requirement,
    verdict,
    missing,
    trace: against[0]?.trace ?? [],
    permittedBy: permittingRules(question, accepting),
  };
}

/** The rules that accept. A case names only the last of several chains, so each chain is evaluated by itself. */
function permittingRules({ model, point }: FilterQuestion, accepted: readonly FilterCase[]): PermittingRules {
  const { chains } = point;
  const accepting =
    chains.length === 1
      ? accepted
      : chains.flatMap((chain) =>
          decidePackets(model, { ...point, chains: [chain] }, packetsOf(accepted), 'first').filter(
            ({ outcome }) => outcome.kind === 'accept',
          ),
        );
  return { point, rules: [...new Set(accepting.flatMap(({ rule }) => rule ?? []))] };
}

function packetsOf(cases: readonly FilterCase[]): PacketSet {
  return PacketSet.join(cases.map(({ packets }) => packets));
}

/** What is denied whatever the unknown conditions turn out to be. */
export function definitelyDeniedIn(cases: readonly FilterCase[]): PacketSet {
  return packetsOf(cases.filter(({ outcome }) => outcome.kind === 'deny')).subtract(
    packetsOf(cases.filter(({ outcome }) => outcome.kind !== 'deny')),
  );
}

function statementsOf(cases: readonly FilterCase[]): QuotedLine[] {
  return distinctStatements(
    cases.flatMap(({ decidedBy, assumptions }) => [
      ...assumptions.map(({ statement }) => statement),
      ...(decidedBy ? [decidedBy] : []),
    ]),
  );
}

/** Why a verdict is undecided, from the undecided cases and those that rest on assumptions. */
function reasonOf(unknown: readonly FilterCase[], assuming: readonly FilterCase[]): string {
  for (const { outcome } of unknown) if (outcome.kind === 'undecided') return outcome.reason;
  const phrases = new Set(assuming.flatMap(({ assumptions }) => assumptions.map(({ phrase }) => phrase)));
  return `it depends on ${[...phrases].slice(0, 3).join(', ')}`;
}
