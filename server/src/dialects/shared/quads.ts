// Reads IPv4 addresses inside a text, without a copy of them.

/**
 * The address that is written from `start` to `end`, or to a `/` before it, as four decimal numbers without leading zeros;
 * `undefined` for anything else.
 */
export function quadAt(text: string, start: number, end: number): number | undefined {
  let address = 0;
  let octet = -1;
  let dots = 0;
  for (let at = start; at < end; at++) {
    const unit = text.charCodeAt(at);
    const digit = unit - ZERO;
    if (digit >= 0 && digit <= 9) {
      if (octet === 0) return undefined;
      octet = octet < 0 ? digit : octet * 10 + digit;
      if (octet > 255) return undefined;
    } else if (unit === DOT && octet >= 0 && dots < 3) {
      address = address * 256 + octet;
      octet = -1;
      dots++;
    } else if (unit === SLASH) break;
    else return undefined;
  }
  return dots === 3 && octet >= 0 ? address * 256 + octet : undefined;
}

const DOT = 46;
const SLASH = 47;
const ZERO = 48;
