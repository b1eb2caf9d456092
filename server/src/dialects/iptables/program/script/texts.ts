// Conditions in the words of the script.

import type { OpaqueCondition } from '../../../../model/filter.js';
import { shortened } from '../../../../text/lines.js';
import type { ShellList, Span } from '../../syntax/script/tree.js';

export function not({ text }: OpaqueCondition): OpaqueCondition {
  return text.startsWith('not ') ? { text: text.slice(4) } : conditionOf(`not ${text}`);
}

/** How much of a condition is looked at, whose beginning is told: a chain of thousands has a condition at each part. */
const LOOKED_AT = 1_000;

export function conditionOf(text: string): OpaqueCondition {
  return { text: shortened(text.slice(0, LOOKED_AT).replace(/\s+/g, ' ').trim(), 80) };
}

export function sliceOf(script: string, list: ShellList): string {
  return sliceSpan(
    script,
    list.map(({ pipeline }) => pipeline),
  );
}

export function sliceSpan(script: string, spans: readonly Span[]): string {
  return script.slice(spans[0]?.start ?? 0, spans[spans.length - 1]?.end ?? 0);
}
