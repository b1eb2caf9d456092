import { describe, expect, it } from 'vitest';
import { decodeText, encodeText } from '../../../server/src/text/decode.js';

const bytes = (...values: readonly number[]) => Uint8Array.from(values);

describe('decodeText', () => {
  it.each([
    ['UTF-8', bytes(0x61, 0xc3, 0xa9), 'aé', 'utf-8', false],
    ['UTF-8 with byte order mark', bytes(0xef, 0xbb, 0xbf, 0x61), 'a', 'utf-8', true],
    ['UTF-16, little end first', bytes(0xff, 0xfe, 0x61, 0, 0xe9, 0), 'aé', 'utf-16le', true],
    ['UTF-16, big end first', bytes(0xfe, 0xff, 0, 0x61, 0, 0xe9), 'aé', 'utf-16be', true],
    ['bytes that are no UTF-8', bytes(0x61, 0xe9, 0x80), 'a\u00e9\u0080', 'latin-1', false],
    ['nothing', bytes(), '', 'utf-8', false],
  ] as const)('reads %s', (_, input, text, encoding, byteOrderMark) => {
    expect(decodeText(input)).toEqual({ text, encoding, byteOrderMark });
  });

  it('sees that a file is binary', () => {
    expect(decodeText(bytes(0x7f, 0x45, 0x4c, 0x46, 0, 1))).toBeUndefined();
  });

  it('keeps every byte of what it has read', () => {
    const every = Uint8Array.from({ length: 255 }, (_, i) => i + 1);
    const inputs = [
      every,
      bytes(0xef, 0xbb, 0xbf, 0x61, 0xc3, 0xa9, 0x0d, 0x0a),
      bytes(0xff, 0xfe, 0x3d, 0xd8, 0x00, 0xde),
      bytes(0xfe, 0xff, 0xd8, 0x3d, 0xde, 0x00),
    ];
    for (const input of inputs) {
      const decoded = decodeText(input);
      expect(decoded && encodeText(decoded.text, decoded)).toEqual(input);
    }
  });
});
