// Splits sets of hosts by the conditions of a file that do not compare whole labels.
import type { AnyNode, Expression } from 'acorn';
import { HostSet } from '../../../model/hosts.js';
import type { Automaton } from '../../../model/language.js';
import { readPosixRegex } from '../../../model/posix-regex.js';
import { between } from '../../../model/quotients.js';
import { constantValue, possibleTexts } from '../program/constants.js';
import { calledHelper } from '../program/helper-calls.js';
import type { Scopes } from '../program/scopes.js';
import type { Subject, Subjects } from '../program/subjects.js';
import { nodesOf, type ParsedPac } from '../syntax/tree.js';

/** A condition of a file that distinguishes hosts other than by whole labels. */
export interface Splitter {
  readonly subject: Subject;
  /** Accepts the hosts or URLs for which the condition holds; `undefined` where it cannot be modelled. */
  readonly automaton: () => Automaton | undefined;
  /** The common end of all hosts for which it holds, in a URL without path; empty where unknown. */
  readonly tail: string;
  /** Whether the hosts for which it holds are distinguished by whole labels, in a URL without path. */
  readonly labelled: boolean;
}

/** How many conditions are compared exactly with the parts of a request; further ones are tried with one host each. */
const COMPARISON_LIMIT = 64;

/** Splits hosts that the labels in a file do not distinguish by its other conditions. */
export class HostSplitter {
  /** For each condition, its automaton over hosts, by the text before and after the host in the URL. */
  private readonly automata = new Map<Splitter, Map<string, Automaton | undefined>>();

  constructor(private readonly splitters: readonly Splitter[]) {}

  /** `before` and `after` are the text around the host in the URL of the request. */
  split(hosts: readonly HostSet[], before: string, after: string): HostSet[] {
    const budget = { comparisons: COMPARISON_LIMIT };
    return hosts.flatMap((part) => this.splitPart(part, before, after, budget));
  }

  private splitPart(hosts: HostSet, before: string, after: string, budget: { comparisons: number }): HostSet[] {
    if (hosts.onlyName !== undefined) return [hosts];
    const base = hosts.commonDomain;
    const withoutPath = after.indexOf('/') === after.length - 1;
    let parts: readonly HostSet[] = [hosts];
    for (const splitter of this.splitters) {
      const known = withoutPath || splitter.subject === 'host';
      if (known && (splitter.labelled || !mayDivide(splitter.tail, base))) continue;
      if (budget.comparisons > 0) {
        budget.comparisons--;
        parts = this.divide(parts, this.automatonFor(splitter, before, after));
      } else if (splitter.tail !== '') parts = setApart(parts, HostSet.exact(`x${splitter.tail}`));
    }
    return [...parts];
  }

  private divide(parts: readonly HostSet[], automaton: Automaton | undefined): readonly HostSet[] {
    if (!automaton) return parts;
    return parts.flatMap((part) => {
      const inside = part.where(automaton, true);
      if (inside.isEmpty) return [part];
      const outside = part.where(automaton, false);
      return outside.isEmpty ? [part] : [inside, outside];
    });
  }

  private automatonFor(splitter: Splitter, before: string, after: string): Automaton | undefined {
    const key = splitter.subject === 'host' ? '' : `${before} ${after}`;
    let known = this.automata.get(splitter);
    if (!known) {
      known = new Map();
      this.automata.set(splitter, known);
    }
    if (!known.has(key)) {
      const whole = splitter.automaton();
      known.set(key, whole && splitter.subject === 'url' ? between(whole, before, after) : whole);
    }
    return known.get(key);
  }
}

function setApart(parts: readonly HostSet[], witness: HostSet): HostSet[] {
  return parts.flatMap((part) => {
    const alone = part.intersect(witness);
    return alone.isEmpty ? [part] : [alone, part.subtract(witness)].filter((one) => !one.isEmpty);
  });
}

/** Whether some names at or below `base` end with `tail`, and others do not. */
function mayDivide(tail: string, base: string): boolean {
  if (tail === '' || base === '') return true;
  return tail.length > base.length && tail.endsWith(base);
}

/** The conditions of a file that {@link HostSplitter} needs. */
export function splittersOf(tree: ParsedPac, scopes: Scopes, subjects: Subjects): Splitter[] {
  const splitters = new Map<string, Splitter>();
  for (const node of nodesOf(tree, 'CallExpression')) {
    for (const { subject, expression, ignoreCase, tail, labelled } of conditionsIn(node, tree, scopes, subjects)) {
      const key = `${subject} ${ignoreCase} ${expression}`;
      if (splitters.has(key)) continue;
      const automaton = () => {
        const reading = readPosixRegex(expression, ignoreCase);
        return reading.kind === 'automaton' ? reading.automaton : undefined;
      };
      splitters.set(key, { subject, automaton, tail, labelled });
    }
  }
  return [...splitters.values()];
}

/** A condition as a POSIX extended regular expression that is searched in the subject. */
interface Condition {
  readonly subject: Subject;
  readonly expression: string;
  readonly ignoreCase: boolean;
  readonly tail: string;
  readonly labelled: boolean;
}

function conditionsIn(node: AnyNode, tree: ParsedPac, scopes: Scopes, subjects: Subjects): Condition[] {
  if (node.type !== 'CallExpression') return [];
  const helper = calledHelper(node, scopes);
  if (helper) return helperConditions(helper.name, helper.args, tree, scopes, subjects);
  if (node.callee.type !== 'MemberExpression' || node.callee.property.type !== 'Identifier') return [];
  const [argument] = node.arguments;
  if (!argument || argument.type === 'SpreadElement') return [];
  const { object, property } = node.callee;
  const onObject = subjects.of(object);
  const texts = onObject ? possibleTexts(argument, scopes, tree) : [];
  const plain = (expression: (text: string) => string): Condition[] =>
    onObject
      ? texts.map((text) => ({
          subject: onObject,
          expression: expression(escaped(text)),
          ignoreCase: false,
          tail: '',
          labelled: false,
        }))
      : [];
  switch (property.name) {
    case 'indexOf':
    case 'lastIndexOf':
      return [...plain((text) => text), ...plain((text) => `^${text}`)];
    case 'includes':
      return plain((text) => text);
    case 'startsWith':
      return plain((text) => `^${text}`);
    case 'endsWith':
      return plain((text) => `${text}$`);
    case 'match':
    case 'search':
      return onObject ? patternCondition(argument, onObject, scopes) : [];
    case 'test':
    case 'exec': {
      const subject = subjects.of(argument);
      return subject ? patternCondition(object, subject, scopes) : [];
    }
    default:
      return [];
  }
}

function helperConditions(
  name: string,
  args: readonly Expression[],
  tree: ParsedPac,
  scopes: Scopes,
  subjects: Subjects,
): Condition[] {
  const subject = subjects.of(args[0]);
  if (subject === 'host' && (name === 'isPlainHostName' || name === 'dnsDomainLevels')) {
    return [{ subject, expression: '^[^.]*$', ignoreCase: false, tail: '', labelled: false }];
  }
  if (!subject || !args[1]) return [];
  return possibleTexts(args[1], scopes, tree).flatMap((text): Condition[] => {
    if (name === 'dnsDomainIs' && (!text.startsWith('.') || subject === 'url')) {
      const tail = subject === 'host' ? literalTail(text) : '';
      return [{ subject, expression: `${escaped(text)}$`, ignoreCase: false, tail, labelled: false }];
    }
    if (name !== 'shExpMatch' || !/^[\w.*?:/@&=%,;~#-]*$/.test(text)) return [];
    const expression = `^${escaped(text).replace(/\\\*/g, '.*').replace(/\\\?/g, '.')}$`;
    const host = subject === 'host' ? text : hostPattern(text);
    const labelled = host !== undefined && /^(?:\*\.)?[\w.-]*$/.test(host);
    return [{ subject, expression, ignoreCase: false, tail: host === undefined ? '' : literalTail(host), labelled }];
  });
}

/** The part of a URL pattern that matches the host, where path and port are the usual ones. */
function hostPattern(pattern: string): string | undefined {
  return /^(?:[a-z*?]{1,8}:\/\/)?([\w.*?-]+)\/\*?$/.exec(pattern)?.[1];
}

function literalTail(pattern: string): string {
  return /[\w.-]*$/.exec(pattern)?.[0] ?? '';
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function patternCondition(pattern: AnyNode, subject: Subject, scopes: Scopes): Condition[] {
  const literal = constantValue(pattern, scopes);
  if (literal?.type !== 'Literal' || !('regex' in literal) || !literal.regex) return [];
  const expression = toPosix(literal.regex.pattern);
  return expression === undefined
    ? []
    : [{ subject, expression, ignoreCase: literal.regex.flags.includes('i'), tail: '', labelled: false }];
}

const CLASS_ESCAPES: Readonly<Record<string, string>> = { d: '0-9', w: 'A-Za-z0-9_' };

/**
 * Converts a JavaScript regular expression to a POSIX one that matches the same texts of printable characters.
 * `undefined` where POSIX has no equivalent: look-around, back-references, word boundaries.
 */
function toPosix(source: string): string | undefined {
  let result = '';
  let inClass = false;
  for (let i = 0; i < source.length; i++) {
    const unit = source.charAt(i);
    if (unit === '\\') {
      const character = source.charAt(++i);
      const charClass = CLASS_ESCAPES[character];
      if (charClass) result += inClass ? charClass : `[${charClass}]`;
      else if (/[a-zA-Z0-9]/.test(character) || character === '') return undefined;
      else if (inClass) {
        if (/[\]^\\-]/.test(character)) return undefined;
        result += character;
      } else result += /[.*+?^${}()|[\]\\]/.test(character) ? `\\${character}` : character;
    } else if (inClass) {
      if (unit === ']') inClass = false;
      result += unit;
    } else if (unit === '[') {
      inClass = true;
      result += unit;
    } else if (unit === '(' && source.charAt(i + 1) === '?') {
      if (source.charAt(i + 2) !== ':') return undefined;
      result += '(';
      i += 2;
    } else if (unit === '?' && /[*+?}]/.test(source.charAt(i - 1)) && source.charAt(i - 2) !== '\\') {
      // A lazy quantifier finds the same texts.
    } else result += unit;
  }
  return result;
}
