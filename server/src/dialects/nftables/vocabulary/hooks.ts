// The hooks and priorities of each family.
import type { Family } from './words.js';

const IP_HOOKS = ['prerouting', 'input', 'forward', 'output', 'postrouting'];

/** Whether the kernel has a hook for chains of a type in a family. */
export function isHookOf(type: string, hook: string, family: Family): boolean {
  switch (family) {
    case 'netdev':
      return type === 'filter' && (hook === 'ingress' || hook === 'egress');
    case 'arp':
      return type === 'filter' && (hook === 'input' || hook === 'output');
    case 'bridge':
      return type === 'filter' && IP_HOOKS.includes(hook);
    default:
      if (type === 'nat') return hook !== 'forward' && IP_HOOKS.includes(hook);
      if (type === 'route') return hook === 'output';
      return IP_HOOKS.includes(hook) || (family === 'inet' && hook === 'ingress');
  }
}

/** The priorities that have names (nft(8), "Standard priority names"). */
export function namedPriority(name: string, hook: string, family: Family): number | undefined {
  if (family === 'bridge') {
    if (name === 'filter') return -200;
    if (name === 'dstnat') return hook === 'prerouting' ? -300 : undefined;
    if (name === 'out') return hook === 'output' ? 100 : undefined;
    return name === 'srcnat' && hook === 'postrouting' ? 300 : undefined;
  }
  switch (name) {
    case 'filter':
      return 0;
    case 'raw':
      return family === 'arp' || family === 'netdev' ? undefined : -300;
    case 'mangle':
      return family === 'arp' || family === 'netdev' ? undefined : -150;
    case 'dstnat':
      return hook === 'prerouting' ? -100 : undefined;
    case 'security':
      return family === 'arp' || family === 'netdev' ? undefined : 50;
    case 'srcnat':
      return hook === 'postrouting' ? 100 : undefined;
    default:
      return undefined;
  }
}

/** Where a statement may stand. */
export interface StatementHooks {
  /** The type of the base chain; absent where any will do. */
  readonly type?: string;
  readonly hooks: readonly string[];
}

/** The statements that the kernel accepts only at some hooks of ip, ip6 and inet (the `validate` functions of Linux). */
export const STATEMENT_HOOKS: Readonly<Record<string, StatementHooks>> = {
  dnat: { type: 'nat', hooks: ['prerouting', 'output'] },
  redirect: { type: 'nat', hooks: ['prerouting', 'output'] },
  snat: { type: 'nat', hooks: ['postrouting', 'input'] },
  masquerade: { type: 'nat', hooks: ['postrouting'] },
  reject: { hooks: ['ingress', 'prerouting', 'input', 'forward', 'output'] },
  tproxy: { hooks: ['prerouting'] },
  synproxy: { hooks: ['input', 'forward'] },
  flow: { hooks: ['forward'] },
};
