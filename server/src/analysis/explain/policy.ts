// Explains what the parts of a policy do with one request.
import type { PolicyModel } from '../../model/model.js';
import type { ProxyRequest, ServerModel } from '../../model/proxy.js';
import { explain, type SelectionExplanation, type ServerExplanation } from './request.js';

/** What the parts of a policy do with one request; a part that the file does not have is absent. */
export interface PolicyExplanation {
  /** Whether the request goes to the proxy. */
  readonly selection: SelectionExplanation | undefined;
  /** What the proxy does with it: TLS and the login. Absent also where the request does not go to the proxy. */
  readonly proxy: ServerExplanation | undefined;
  /** Whether the packet filter permits it. */
  readonly firewall: ServerExplanation | undefined;
}

/** What each part of a policy does with one request. */
export function explainPolicy({ parts }: PolicyModel, request: ProxyRequest, everyClient = false): PolicyExplanation {
  let selection: SelectionExplanation | undefined;
  let proxy: ServerExplanation | undefined;
  const filters: ServerModel[] = [];
  for (const part of parts) {
    if (part.kind === 'filter') continue;
    if (part.kind === 'server' && part.filtersAt !== undefined) filters.push(part);
    const explanation = explain(part, request, everyClient);
    if (explanation.kind === 'selection') selection ??= explanation;
    else if (part.kind === 'server' && part.filtersAt === undefined) proxy ??= explanation;
  }
  return {
    selection,
    proxy: selection?.verdict === 'direct' ? undefined : proxy,
    firewall: explainAlternatives(filters, request, everyClient),
  };
}

/** One explanation of alternative filters: undecided where they differ, because a URL names no interfaces. */
function explainAlternatives(alternatives: readonly ServerModel[], request: ProxyRequest, everyClient: boolean) {
  const explanations = alternatives.flatMap((model) => {
    const explanation = explain(model, request, everyClient);
    return explanation.kind === 'server' ? [explanation] : [];
  });
  const [first, ...others] = explanations;
  if (!first || others.every(({ verdict }) => verdict === first.verdict)) return first;
  const open = explanations.find(({ verdict }) => verdict === 'undecided');
  return open ?? { ...first, verdict: 'undecided' as const, reason: 'it depends on the interfaces that it passes' };
}
