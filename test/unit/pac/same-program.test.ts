import { describe, expect, it } from 'vitest';
import { parsePac } from '../../../server/src/dialects/pac/syntax/parse.js';
import { isAlike, isSameProgram } from '../../../server/src/dialects/pac/syntax/same-program.js';
import type { ParsedPac } from '../../../server/src/dialects/pac/syntax/tree.js';

const TEXT = `// Branch offices
function FindProxyForURL(url, host) {
  "use strict";
  var near = { "a.example": 1, get b() { return 2 } };
  if (/^www/i.test(host)  ||  host == 'b.example') return "DIRECT";

  for (let i = 0, n = 3; i < n; i++) if (near[host + i]) { return \`PROXY p\${i}:80\`; }
  return host?.length >= 3 ? "PROXY c.example:8080" : /* the rest */ "DIRECT"
}
`;

function parsed(text: string): ParsedPac | undefined {
  const tree = parsePac({ uri: 'file:///proxy.pac', text });
  return tree.kind === 'parsed' ? tree : undefined;
}

/** The definition: all nodes are alike, in their order and in their lines. */
function isSameByNodes(one: ParsedPac, other: ParsedPac): boolean {
  const lineOf = ({ source }: ParsedPac, offset: number) => source.text.slice(0, offset).split('\n').length;
  return (
    one.nodes.length === other.nodes.length &&
    one.nodes.every((node, index) => {
      const counterpart = other.nodes[index];
      return (
        counterpart !== undefined &&
        isAlike(node, counterpart) &&
        lineOf(one, node.start) === lineOf(other, counterpart.start)
      );
    })
  );
}

describe('a file that is edited at any place is the same program where each of its nodes is', () => {
  const before = parsed(TEXT);
  const edits = ['', ' ', '\n', ';', 'x', '0', '!', ' /* */ ', '+', 'a b'];
  it.each(edits.map((typed) => [JSON.stringify(typed), typed]))('%s in the place of 0 to 3 characters', (_, typed) => {
    if (!before) throw new Error('not JavaScript');
    const wrong: string[] = [];
    let same = 0;
    for (let offset = 0; offset <= TEXT.length; offset++) {
      for (const length of [0, 1, 2, 3]) {
        const after = parsed(TEXT.slice(0, offset) + typed + TEXT.slice(offset + length));
        if (!after) continue;
        const isSame = isSameProgram(before, after);
        if (isSame) same++;
        // What only looks different is followed anew; what is different must never look the same.
        if (isSame !== isSameByNodes(before, after))
          wrong.push(after.source.text.slice(Math.max(0, offset - 9), offset + 9));
        if (isSameProgram(after, before) !== isSame) wrong.push(`back: ${offset} ${length}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(same).toBeGreaterThan(0);
  });
});
