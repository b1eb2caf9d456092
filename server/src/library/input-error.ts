// What a caller of the library has asked for in vain.

/** A question or an option that makes no sense, such as a selector that nothing matches. Its message is a sentence. */
export class InputError extends Error {
  override readonly name = 'InputError';
}
