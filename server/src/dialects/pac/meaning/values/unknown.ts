// Values that are not followed.
import type { AnyNode } from 'acorn';
import { placeholderIn } from '../../vocabulary/placeholders.js';

/**
 * A value that cannot be followed. A condition on it has both outcomes; what is made from it is as unknown, for the same reason. One
 * object for each evaluation of the expression, so that two questions about the same value have the same answer.
 */
export class Unknown {
  constructor(
    /** Reads after "because it": `looks at the host through charCodeAt`, `depends on a random number`. */
    readonly reason: string,
    /** The expression that is not followed. */
    readonly node: AnyNode,
    /** Whether it is an object, which is always taken for true: the list of the matches of a regular expression. */
    readonly isObject = false,
  ) {}
}

/** A constant text with a placeholder such as `${GATEWAY}`, which is replaced before clients get the file. */
export class OpenText extends Unknown {
  constructor(
    readonly text: string,
    node: AnyNode,
  ) {
    super(`depends on what replaces ${placeholderIn(text)}`, node);
  }
}
