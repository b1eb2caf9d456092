// Which clients are asked about: one choice for checks and explanations.
import { type IpSet, PRIVATE_SPACE } from '../../../model/ip.js';
import type { NetworkContext } from '../network-context.js';

/** The clients that a question is about. */
export interface AskedClients {
  readonly clients: IpSet;
  /** Whether they are the declared addresses of a role; otherwise it may be any part of them. */
  readonly clientsKnown: boolean;
  /** Whether every client has to be served; otherwise some client is enough. */
  readonly everyClient: boolean;
}

/** @param isTreatment whether it is asked how requests are treated, not whether they are served */
export function askedClients(role: string | undefined, { roles }: NetworkContext, isTreatment: boolean): AskedClients {
  const declared = role === undefined ? undefined : roles.get(role);
  return {
    clients: declared ?? PRIVATE_SPACE,
    clientsKnown: declared !== undefined,
    // A service need not be reachable for every client, but every client that reaches it must get the documented
    // treatment. An undeclared role may be any of the clients.
    everyClient: declared !== undefined || (isTreatment && (role ?? 'clients') === 'clients'),
  };
}

/** Why a proxy without any port for clients is not asked. */
export const NO_CLIENT_PORT = 'the file takes no requests of clients for other servers';
