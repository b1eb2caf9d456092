// A value, or the reason why there is none.

/** A value, or the reason why there is none, as a clause without capital and full stop for use in messages. */
export type Result<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly reason: string };

export function success<Value>(value: Value): Result<Value> {
  return { ok: true, value };
}

export function failure(reason: string): Result<never> {
  return { ok: false, reason };
}
