// What is wrong with an address.
import { hasPadding } from '../../model/ip.js';

/** Programs differ in what `010.0.0.1` is (RFC 6943, 3.1.1), and where no manual says it, nothing is decided. */
export function invalidAddress(text: string): string {
  return hasPadding(text)
    ? `'${text}' may be read in octal; write its numbers without leading zeros`
    : `invalid address '${text}'`;
}
