// What a template is for its dialect: some of the files that are made from it.
import type { Dialect, Document, EndpointUse, NameUse, Problem, Sources } from '../dialects/dialect.js';
import { openNameIn } from '../dialects/shared/open-values.js';
import type { Location } from '../text/range.js';
import type { PlaceMap } from './place-map.js';

/** A file that is made from a template, as its dialect reads it. */
export interface Rendered {
  readonly map: PlaceMap;
  readonly document: Document;
}

export class TemplateProgram {
  /** @param rendered the first one is that in which every first branch is taken: what the editor shows is from there */
  constructor(
    readonly dialect: Dialect,
    readonly rendered: readonly [Rendered, ...Rendered[]],
    /** The same sources, without files whose names depend on what is open. */
    readonly sources: Sources,
    /** A text in which the values that stand for open ones are replaced by their tags. */
    readonly shown: (text: string) => string,
  ) {}

  get primary(): Rendered {
    return this.rendered[0];
  }
}

/** Without files whose names depend on what is open, which nobody can have. */
export function knownSources(sources: Sources): Sources {
  const isOpen = (uri: string) => openNameIn(uri) !== undefined || uri.includes('%EE%80%80');
  return {
    roots: sources.roots,
    variables: sources.variables,
    squid: sources.squid,
    read: (uri) => (isOpen(uri) ? 'unreadable' : sources.read(uri)),
    list: (pattern) => (isOpen(pattern) ? [] : sources.list(pattern)),
  };
}

/** The defects that every rendering has which has their place, at that place. */
export function problemsOf({ rendered }: TemplateProgram): Problem[] {
  const found = new Map<string, { readonly problem: Problem; count: number }>();
  for (const { map, document } of rendered) {
    const own = new Set<string>();
    const isFromTag = tagEffects(map, document);
    for (const problem of document.problems) {
      if (isFromTag(problem)) continue;
      const moved = movedProblem(problem, map);
      if (!moved) continue;
      const key = JSON.stringify([moved.code, moved.uri, moved.range, moved.message]);
      if (own.has(key)) continue;
      own.add(key);
      const known = found.get(key);
      if (known) known.count++;
      else found.set(key, { problem: moved, count: 1 });
    }
  }
  const uri = rendered[0].map.templateUri;
  return [...found.values()].flatMap(({ problem, count }) => {
    if (problem.uri !== uri) return count === rendered.length ? [problem] : [];
    const holders = rendered.filter(({ map }) => map.fromTemplate(problem.range) !== undefined).length;
    return count >= holders ? [problem] : [];
  });
}

/**
 * Whether a tag may be what makes a problem. Where a tag is a part of a line that cannot be read, nothing is known of how the
 * rest of the file is meant; and a name may be defined in what a tag prints.
 */
function tagEffects(map: PlaceMap, { problems }: Document): (problem: Problem) => boolean {
  const isBroken =
    !map.isWhole ||
    problems.some(({ code, uri, range }) => code === 'syntax-error' && uri === map.uri && map.hasTagOnLine(range));
  return ({ code, uri }) => {
    if (code === 'undefined-name') return !map.isWritten;
    return code === 'syntax-error' && uri === map.uri && isBroken;
  };
}

/** A problem in the template; `undefined` where it is about what a tag prints. */
function movedProblem(problem: Problem, map: PlaceMap): Problem | undefined {
  const { fix, related, ...rest } = problem;
  if (openNameIn(problem.message) !== undefined) return undefined;
  const range = placeOf(problem, map);
  if (!range || related?.some((one) => placeOf(one, map) === undefined)) return undefined;
  const edits = fix?.edits.map((edit) => map.editOf(edit));
  const isFixed = fix && edits?.every((edit) => edit !== undefined);
  return {
    ...rest,
    uri: uriOf(problem, map),
    range,
    ...(related
      ? { related: related.map((one) => ({ ...one, uri: uriOf(one, map), range: placeOf(one, map) ?? one.range })) }
      : {}),
    ...(isFixed ? { fix: { title: fix.title, edits: edits.flatMap((edit) => edit ?? []) } } : {}),
  };
}

function uriOf({ uri }: Location, map: PlaceMap): string {
  return uri === map.uri ? map.templateUri : uri;
}

/** The place of something in the template; `undefined` where an open value is in it or on its line. */
function placeOf({ uri, range }: Location, map: PlaceMap) {
  if (uri !== map.uri) return range;
  return map.onLinesOf(range).some(({ kind }) => kind === 'open') ? undefined : map.toTemplate(range);
}

/** The names in all renderings, each once; one that a tag prints a part of cannot be told. */
export function namesOf({ rendered }: TemplateProgram): NameUse[] {
  const names = rendered.flatMap(({ map, document }) =>
    document.names.flatMap((use) => {
      const range = use.uri === map.uri ? map.exactly(use.range) : use.range;
      return range ? [{ ...use, uri: uriOf(use, map), range }] : [];
    }),
  );
  return distinct(names, (use) => [use.uri, use.range, use.role, use.kind, use.name]);
}

/** The endpoints in all renderings, each once. */
export function endpointsOf({ rendered }: TemplateProgram): EndpointUse[] {
  const uses = rendered.flatMap(({ map, document }) =>
    document.endpoints.flatMap((use): EndpointUse[] => {
      if (use.uri !== map.uri) return [use];
      if (map.touching(use.range).some(({ kind }) => kind === 'open')) return [];
      const { removal, endpoint } = use;
      const edits = removal?.map((edit) => map.editOf(edit));
      const range = map.toTemplate(use.range);
      const moved = { uri: map.templateUri, range, endpoint };
      if (!edits?.every((edit) => edit !== undefined)) return [moved];
      return [{ ...moved, removal: edits.flatMap((edit) => edit ?? []) }];
    }),
  );
  return distinct(uses, (use) => [use.uri, use.range, use.endpoint]);
}

function distinct<Item>(items: readonly Item[], keyOf: (item: Item) => unknown): Item[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const key = JSON.stringify(keyOf(item));
    return !seen.has(key) && seen.add(key);
  });
}
