// Puts the templates that a template of Jinja includes, or takes macros from, in their places.
import type { Sources } from '../dialects/dialect.js';
import { parseTemplate } from './parse.js';
import type { Branch, Node, TemplateTree } from './tree.js';

/** How deep templates include each other, and how many are read in all. */
const DEPTH_LIMIT = 5;
const FILE_LIMIT = 30;

export interface Included {
  readonly tree: TemplateTree;
  /** The files that were read. */
  readonly files: readonly string[];
}

/** A template with what it includes; what cannot be read stays open. */
export function withIncludes(tree: TemplateTree, uri: string, sources: Sources): Included {
  const resolver = new Resolver(uri, sources);
  return { tree: { ...tree, nodes: resolver.all(tree.nodes, 0) }, files: resolver.files };
}

class Resolver {
  readonly files: string[] = [];

  constructor(
    private readonly uri: string,
    private readonly sources: Sources,
  ) {}

  all(nodes: readonly Node[], depth: number): readonly Node[] {
    return nodes.map((node) => this.one(node, depth));
  }

  private one(node: Node, depth: number): Node {
    switch (node.kind) {
      case 'if':
        return { ...node, branches: node.branches.map((one): Branch => ({ ...one, body: this.all(one.body, depth) })) };
      case 'for':
        return { ...node, body: this.all(node.body, depth), otherwise: this.all(node.otherwise, depth) };
      case 'scope':
      case 'capture':
        return { ...node, body: this.all(node.body, depth) };
      case 'macro':
        return { ...node, macro: { ...node.macro, body: this.all(node.macro.body, depth) } };
      case 'include':
      case 'import':
        return this.other(node, depth);
      default:
        return node;
    }
  }

  private other(node: Node & { kind: 'include' | 'import' }, depth: number): Node {
    const text = node.path === undefined || depth >= DEPTH_LIMIT ? undefined : this.read(node.path);
    if (text === undefined) return node;
    const nodes = this.all(parseTemplate(text, 'jinja').nodes, depth + 1);
    const { start, end } = node;
    return { kind: 'other', start, end, text, nodes, ...(node.kind === 'import' ? { imports: node.imports } : {}) };
  }

  /** Ansible looks beside the template and in the folder of the role's templates. */
  private read(path: string): string | undefined {
    if (path.includes('..') || path.startsWith('/')) return undefined;
    const templates = this.uri.lastIndexOf('/templates/');
    const beside = this.uri.lastIndexOf('/') + 1;
    const folders = new Set([beside, ...(templates < 0 ? [] : [templates + '/templates/'.length])]);
    for (const length of folders) {
      if (this.files.length >= FILE_LIMIT) return undefined;
      const source = this.sources.read(this.uri.slice(0, length) + path);
      if (typeof source === 'string') continue;
      this.files.push(source.uri);
      return source.text;
    }
    return undefined;
  }
}
