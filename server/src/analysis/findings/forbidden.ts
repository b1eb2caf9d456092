// What is told of packets that must not pass.
import type { Requirement } from '../../catalog/requirement.js';
import { exampleFlow } from '../../model/packet-example.js';
import { listed } from '../../model/packet-text.js';
import type { Share } from '../evaluate/evaluation.js';

/** A requirement of the kind `forbid`, with what one statement lets pass of it. */
export interface Forbidden {
  readonly requirement: Requirement;
  readonly share: Share;
}

/** How many titles a message names. */
const TITLES_IN_MESSAGE = 4;

export function titlesOf(members: readonly Forbidden[]): string {
  return listed([...new Set(members.map(({ requirement }) => requirement.title))], TITLES_IN_MESSAGE);
}

/** What passes and must not, with a packet of it. */
export function forbiddenMessage(members: readonly Forbidden[], documents: string): string {
  const packets = members.flatMap(({ share: { missing } }) => (missing.kind === 'packets' ? [missing.packets] : []));
  const [example] = packets.flatMap((own) => exampleFlow(own) ?? []);
  const forInstance = example === undefined ? '' : `, for instance ${example}`;
  return `This lets pass what must not: ${titlesOf(members)}${forInstance} (${documents}).`;
}
