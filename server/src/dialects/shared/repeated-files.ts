// Files that are included more than once.
import { Budget, unlessSpent } from '../../model/budget.js';
import type { Source } from '../dialect.js';

/** What it costs to read a character again: it is parsed once, and its statements are carried out each time. */
const CHARACTER = 10;

/** What it costs to include a file again, however short it is. */
const FILE = 1_000;

/** Pays for reading files again. The first time each pays for itself, however long it is: only what is repeated is bounded. */
export class RepeatedFiles {
  private readonly budget = new Budget();
  private readonly seen = new Set<string>();

  /** Whether a file may be read here. */
  mayRead({ uri, text }: Pick<Source, 'uri' | 'text'>): boolean {
    if (!this.seen.has(uri)) {
      this.seen.add(uri);
      return true;
    }
    const pay = () => {
      this.budget.spend(FILE + CHARACTER * text.length);
      return true;
    };
    return !this.budget.isSpent && unlessSpent(pay, () => false);
  }
}
