// Converts requests of the shared protocol to those of the protocol library.

import { RequestType } from 'vscode-languageserver';
import type { Request } from '../../../shared/protocol.js';

/** A request of the shared protocol as the protocol library takes it. */
export function typed<Params, Result>({ method }: Request<Params, Result>): RequestType<Params, Result, void> {
  return new RequestType(method);
}
