// What the tags of a template change: the variables that have other values, or values that are not known, behind them.
import type { TemplateLanguage } from './languages.js';
import type { Node, TemplateTree } from './tree.js';

/** Methods that change the list or map that they are called on, instead of making another one. */
const PYTHON =
  /([A-Za-z_]\w*)(?:\.\w+|\[[^\]\n]{1,80}\]){0,9}\.(?:append|extend|insert|update|pop|popitem|remove|clear|setdefault|sort|reverse|add|discard)\s{0,9}\(/g;
const RUBY =
  /([A-Za-z_]\w*)(?:\.\w+|\[[^\]\n]{1,80}\]){0,9}(?:\.(?:push|append|unshift|prepend|insert|concat|delete|delete_if|delete_at|clear|store|update|replace|pop|shift|keep_if|fill|\w{1,40}!)(?![\w?])|\s{0,9}<<)/g;
/** Functions of Sprig that change a map. */
const GO = /\b(?:set|unset|merge|mergeOverwrite)\s{1,9}(\$\w*|\.)/g;

/** The variables whose value a tag changes in place. */
export function changedIn(content: string, language: TemplateLanguage): string[] {
  const pattern = language === 'jinja' ? PYTHON : language === 'erb' ? RUBY : language === 'go' ? GO : undefined;
  if (!pattern) return [];
  return [...new Set([...content.matchAll(pattern)].map((match) => match[1] ?? ''))];
}

/** The names that nodes give a value, or another value. */
export function namesSetIn(nodes: readonly Node[]): string[] {
  return nodes.flatMap((node) => [...ownNames(node), ...insideOf(node).flatMap(namesSetIn)]);
}

/** Those of them that are seen behind a loop, or in its next round. */
export function namesKeptFrom(nodes: readonly Node[]): string[] {
  return nodes.flatMap((node) => {
    const own = node.kind === 'forget' || (node.kind === 'set' && node.isOutside) ? ownNames(node) : [];
    return [...own, ...insideOf(node).flatMap(namesKeptFrom)];
  });
}

/** The places at which each variable of a template is set. */
export function placesOfSets({ nodes }: TemplateTree): Map<string, number[]> {
  const places = new Map<string, number[]>();
  for (const { name, start } of setsIn(nodes)) {
    const known = places.get(name);
    if (known) known.push(start);
    else places.set(name, [start]);
  }
  return places;
}

function setsIn(nodes: readonly Node[]): { readonly name: string; readonly start: number }[] {
  return nodes.flatMap((node) => {
    const inside = insideOf(node).flatMap(setsIn);
    // Those of another template are at the tag that prints it.
    const placed =
      node.kind === 'other'
        ? inside.map(({ name, start }) => ({ name, start: node.start + (start + 1) / 1e9 }))
        : inside;
    return [...ownNames(node).map((name) => ({ name, start: node.start })), ...placed];
  });
}

function ownNames(node: Node): readonly string[] {
  if (node.kind === 'set' || node.kind === 'capture') return [node.name];
  return node.kind === 'forget' ? node.names : [];
}

function insideOf(node: Node): readonly (readonly Node[])[] {
  switch (node.kind) {
    case 'if':
      return node.branches.map(({ body }) => body);
    case 'for':
      return [node.body, node.otherwise];
    case 'scope':
    case 'capture':
      return [node.body];
    case 'macro':
      return [node.macro.body];
    case 'other':
      return [node.nodes];
    default:
      return [];
  }
}
