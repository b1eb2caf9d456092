// The known facts about a request for which access lists are evaluated.

import { type Address, parseAddress } from '../../../model/ip.js';
import type { ProxyRequest } from '../../../model/proxy.js';
import type { NearDomains } from '../program/domain-index.js';
import type { Program } from '../program/program.js';

/** The facts that are fixed during the evaluation of access lists for a request. */
export interface Facts {
  readonly program: Program;
  readonly request: ProxyRequest;
  /** The form of the URL: a CONNECT has only host and port. */
  readonly form: 'connect' | 'http' | 'https';
  /** The step of SslBump that `at_step` sees; 1 outside of it. */
  readonly step: 1 | 2 | 3;
  /** Whether the request is inside a decrypted connection. */
  readonly decrypted: boolean;
  /** Whether the list takes only fast acls: squid cannot wait for an answer there. */
  readonly fastOnly: boolean;
  /** Whether the reply is known when the list is evaluated. */
  readonly hasReply: boolean;
  /** Whether squid looks at an intercepted TLS connection before it makes a request of it: at step 1 of SslBump. */
  readonly isFirstLook: boolean;
  /** Whether the host is known; of an intercepted TLS connection only its address is. */
  readonly hostKnown: boolean;
  /** Whether the client hello has been read, with the name of the server. */
  readonly helloRead: boolean;
  /** The host where it is an address. */
  readonly numericHost: Address | undefined;
  /** The values of domain acls that may match some of the hosts. */
  readonly near: NearDomains;
  /** Whether the request is for all hosts, so that any domain acl may match some. */
  readonly everyHost: boolean;
}

export function factsFor(program: Program, request: ProxyRequest, form: Facts['form']): Facts {
  const [domain, ...others] = request.hosts.domains;
  return {
    program,
    request,
    form,
    step: 1,
    decrypted: false,
    fastOnly: false,
    hasReply: false,
    isFirstLook: false,
    helloRead: false,
    hostKnown: true,
    numericHost: domain !== undefined && others.length === 0 ? parseAddress(domain.replace(/^\[|\]$/g, '')) : undefined,
    near: program.domains.near(request.hosts),
    everyHost: domain === '',
  };
}
