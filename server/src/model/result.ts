/** A value, or why there is none: as a clause without capital and full stop, to be put into a message. */
export type Result<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly reason: string };

export function success<Value>(value: Value): Result<Value> {
  return { ok: true, value };
}

export function failure(reason: string): Result<never> {
  return { ok: false, reason };
}
