// Positions and edits of an open document, beside those of the library that VS Code's own servers use.
import { expect, it } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { EditedDocument } from '../../../server/src/lsp/edited-document.js';
import { PiecedText } from '../../../server/src/text/pieced-text.js';
import { Random } from '../../random.js';

const WORDS = ['a', 'rule', '\n', '\n', '\r\n', '\r', ' ', 'é', '\ud83d\ude00', '', 'one\ntwo\r\nthree\n'];

function someText(random: Random, words: number): string {
  return Array.from({ length: words }, () => random.pick(WORDS)).join('');
}

it('has the text and the positions of the reference after every edit', () => {
  for (let seed = 1; seed <= 80; seed++) {
    const random = new Random(seed);
    const text = someText(random, random.below(60));
    const reference = TextDocument.create('file:///x', 'nftables', 1, text);
    const document = new EditedDocument('file:///x', 'nftables', 1, PiecedText.of(text, 8));
    for (let version = 2; version < 30; version++) {
      // Also beyond lines, and ranges that end before they begin.
      const somewhere = () => ({ line: random.below(reference.lineCount), character: random.below(12) });
      const start = somewhere();
      const end =
        random.below(3) === 0 ? somewhere() : { line: start.line, character: start.character + random.below(3) };
      const typed = someText(random, random.below(5));
      const edits = [start, { line: 0, character: 1 }].map((at, i) => ({
        range: { start: at, end: i === 0 ? end : at },
        text: i === 0 ? typed : '-',
      }));
      const changes = random.below(15) === 0 ? [{ text: typed }] : edits;
      TextDocument.update(reference, changes, version);
      document.update(changes, version);
      const context = `seed ${seed}, version ${version}`;
      expect(document.getText(), context).toBe(reference.getText());
      expect(document.version).toBe(version);
      for (let offset = -1; offset <= reference.getText().length + 1; offset++)
        expect(document.positionAt(offset), context).toEqual(reference.positionAt(offset));
      for (let line = -1; line <= reference.lineCount + 1; line++) {
        for (const character of [-1, 0, 1, 3, 20])
          expect(document.offsetAt({ line, character }), context).toBe(reference.offsetAt({ line, character }));
      }
    }
  }
});
