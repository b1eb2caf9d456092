// Keeps the one result of a computation for as long as whoever asks for it is there.

/** A value that is made when it is first asked for, and at most once. */
export function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
