// Reads a template as a document of its dialect: renderings, their models joined to one, and what is wrong in all of them.
import type {
  Dialect,
  Document,
  EndpointUse,
  NameUse,
  OutlineItem,
  Problem,
  Source,
  Sources,
} from '../dialects/dialect.js';
import type { FilterModel } from '../model/filter.js';
import type { Model } from '../model/model.js';
import { ALTERNATIVE_LIMIT, alternativesOf, type Choice, samplesOf, type Template } from './alternatives.js';
import { withBranchNetworks } from './branch-networks.js';
import { openFilter, quoteTag } from './filter-template.js';
import { withIncludes } from './includes.js';
import { type Alternative, joinModels } from './joined-models.js';
import { effectsIn } from './line-effects.js';
import { textOfLine } from './lines.js';
import { fillWithMarks } from './marked-values.js';
import { type Other, withOpenPoints } from './open-points.js';
import type { Origin, Variation } from './open-rules.js';
import { type Placed, PlaceMap } from './place-map.js';
import { quotedModel } from './quoted-models.js';
import { conditionsCovered, conditionsWithoutEffect } from './relevance.js';
import { type Piece, type Rendering, render } from './rendering.js';
import { rulesOnly } from './rule-branches.js';
import { endpointsOf, knownSources, namesOf, problemsOf, type Rendered, TemplateProgram } from './template-program.js';
import type { TemplateTree } from './tree.js';
import { type Attempt, Budget, type Reader, readAttempt, TriedValues } from './tried-values.js';
import { variablesOf } from './variables.js';

/** Dialects whose models are packet filters, and whose readers know no values that are not known. */
const FILTERS: ReadonlySet<string> = new Set(['iptables', 'nftables', 'cisco', 'windows-firewall']);

/** How many groups of expressions are varied one after the other. */
const VARIED_LIMIT = 24;

/** For how many addresses it is tried whether they are the networks around a router. */
const NETWORK_LIMIT = 12;

/** How many renderings of a program are read. */
const PROGRAM_LIMIT = 8;

/** How many open values a proxy may have: each divides what it decides. */
const MARKED_LIMIT = 200;

/** How many filters may be joined: each packet is followed through all of them. */
const FILTER_LIMIT = 16;

/** How much of the budget is kept for these, when it is tried which branches matter. */
const ALTERNATIVES_SHARE = 0.3;

/** How many open values and branches a filter may have: each is an unknown condition for packets. */
const OPEN_LIMIT = 400;

/** How many places may be statements that only a value has. */
const UNKNOWN_LIMIT = 100;

const TOO_MANY = 'the template has more tags or branches than Lintel follows';

export class TemplateDocument implements Document<TemplateTree, TemplateProgram> {
  private knownProblems: readonly Problem[] | undefined;
  private knownNames: readonly NameUse[] | undefined;
  private knownEndpoints: readonly EndpointUse[] | undefined;

  constructor(
    readonly source: Source,
    readonly tree: TemplateTree,
    readonly program: TemplateProgram,
    readonly model: Model,
    private readonly files: readonly string[],
  ) {}

  get problems(): readonly Problem[] {
    this.knownProblems ??= problemsOf(this.program);
    return this.knownProblems;
  }

  get names(): readonly NameUse[] {
    this.knownNames ??= namesOf(this.program);
    return this.knownNames;
  }

  get endpoints(): readonly EndpointUse[] {
    this.knownEndpoints ??= endpointsOf(this.program);
    return this.knownEndpoints;
  }

  get dependencies(): readonly string[] {
    const read = this.program.rendered.flatMap(({ document }) => document.dependencies);
    return [...new Set([...read, ...this.files])];
  }
}

/** A template as a document of its dialect. Never throws. */
export function lowerTemplate(
  dialect: Dialect,
  source: Source,
  tree: TemplateTree,
  sources: Sources,
): TemplateDocument {
  const { scope, files } = variablesOf(source.uri, tree.language, sources);
  const reader: Reader = {
    dialect,
    uri: source.uri,
    template: source.text,
    sources: knownSources(sources),
    budget: new Budget(),
  };
  const included = withIncludes(tree, source.uri, sources);
  const template: Template = { text: source.text, tree: included.tree, scope };
  const lowered = FILTERS.has(dialect.id) ? new FilterReader(reader, template).read() : readMarked(reader, template);
  return new TemplateDocument(source, tree, lowered.program, lowered.model, [...files, ...included.files]);
}

interface Lowered {
  readonly model: Model;
  readonly program: TemplateProgram;
}

/** Reads the renderings of a dialect that knows open values. */
function readMarked(reader: Reader, template: Template): Lowered {
  // A PAC file is a program, whose meaning takes longer to find than that of a list of rules.
  const limit = reader.dialect.id === 'pac' ? PROGRAM_LIMIT : ALTERNATIVE_LIMIT;
  const effects = effectsIn(reader.dialect);
  const covered = conditionsCovered(
    template,
    (pieces) => fillWithMarks(reader.dialect, pieces, MARKED_LIMIT).pieces,
    effects,
  );
  const following = { isRulesOnly: () => false, isCovered: (key: string) => covered.has(key), limit };
  const { choices, isComplete } = alternativesOf(template, following);
  const opens = choices[0] ? openPartsOf(choices[0].rendering) : 0;
  let isWhole = isComplete && opens <= MARKED_LIMIT;
  const rendered = choices.flatMap(({ rendering, steps }, i) => {
    if (i > 0 && reader.budget.isSpent) {
      isWhole = false;
      return [];
    }
    const filled = fillWithMarks(reader.dialect, rendering.pieces, MARKED_LIMIT);
    isWhole &&= filled.isComplete;
    return [{ ...readAttempt(reader, filled.pieces), steps }];
  });
  const alternatives = rendered.map(({ map, document, steps }) => ({ model: quotedModel(document.model, map), steps }));
  return joined(reader, rendered, alternatives, isWhole ? undefined : TOO_MANY, (text) => text);
}

function joined(
  reader: Reader,
  rendered: readonly Rendered[],
  alternatives: readonly Alternative[],
  missing: string | undefined,
  shown: (text: string) => string,
): Lowered {
  const { dialect, uri, template, sources } = reader;
  const map = new PlaceMap(uri, template, []);
  const [first, ...rest] = rendered as [Rendered, ...Rendered[]];
  const [model, ...models] = alternatives as [Alternative, ...Alternative[]];
  const quote = (tag: { readonly start: number; readonly end: number }) =>
    quoteTag(tag, { origin: { map, shown, isNothing: () => false, chainNames: [] } });
  return {
    model: joinModels([model, ...models], { missing, quoteTag: quote }),
    program: new TemplateProgram(dialect, [first, ...rest], sources, shown),
  };
}

/** Reads the renderings of a packet filter. */
class FilterReader {
  private readonly values: TriedValues;
  /** Whether nothing is decided, so that it need not be found what depends on which value. */
  private hasTooManyOpen = false;
  private hasTooManyUnknown = false;
  private hasUnread = false;

  constructor(
    private readonly reader: Reader,
    private readonly template: Template,
  ) {
    this.values = new TriedValues(reader);
  }

  read(): Lowered {
    const { budget } = this.reader;
    const whole = render(this.template.text, this.template.tree, this.template.scope, () => 'all');
    this.hasTooManyOpen = openPartsOf(whole) > OPEN_LIMIT;
    const { choices, isComplete } = this.hasTooManyOpen ? this.firstChoice() : this.choices(whole);
    const alternatives = choices.flatMap((choice, i) => (i > 0 && budget.isSpent ? [] : [this.alternative(choice)]));
    const isWhole = isComplete && !budget.isSpent && !this.hasTooManyUnknown && !this.hasUnread;
    const rendered = samplesOf(this.template).flatMap((rendering, i) =>
      i > 0 && budget.isSpent ? [] : [this.values.settle(rendering.pieces)],
    );
    const lowered = joined(this.reader, rendered, alternatives, isWhole ? undefined : TOO_MANY, this.shownIn(choices));
    const { model } = lowered;
    const [first] = choices;
    if (model.kind !== 'filter' || !first || this.hasTooManyOpen) return lowered;
    const base = filterIn(this.values.settle(first.rendering.pieces));
    const opened = withOpenPoints(model, base, this.networks(first.rendering));
    const read = (rendering: Rendering) =>
      budget.isSpent ? undefined : filterIn(readAttempt(this.reader, this.values.fill(rendering.pieces)));
    return { ...lowered, model: withBranchNetworks(opened, base, this.template, read) };
  }

  /** The renderings whose models are joined, where there are few enough open values and branches. */
  private choices(whole: Rendering): ReturnType<typeof alternativesOf> {
    const { budget } = this.reader;
    this.values.settle(whole.pieces);
    this.values.findEffects(whole.pieces);
    const isRulesOnly = rulesOnly(this.template, this.reader.dialect.id, (rendering) =>
      budget.isSpent ? undefined : this.values.settle(rendering.pieces),
    );
    const without = conditionsWithoutEffect(this.template, isRulesOnly, (rendering) =>
      budget.isBelow(ALTERNATIVES_SHARE) ? undefined : this.values.settle(rendering.pieces).document.model,
    );
    return alternativesOf(this.template, { isRulesOnly, isCovered: (key) => without.has(key), limit: FILTER_LIMIT });
  }

  /** One rendering, from which nothing is decided. */
  private firstChoice(): ReturnType<typeof alternativesOf> {
    const following = { isRulesOnly: () => false, isCovered: () => true, limit: 1 };
    return { ...alternativesOf(this.template, following), isComplete: false };
  }

  /** The filter with a private network for each of its addresses. */
  private networks({ pieces }: Rendering): Other[] {
    const names = new Map<string, string>();
    for (const { kind, key, name } of pieces) if (kind === 'open' && this.values.isAddress(key)) names.set(key, name);
    return [...names].slice(0, NETWORK_LIMIT).flatMap(([key, name]) => {
      if (this.reader.budget.isSpent) return [];
      return [{ model: filterIn(readAttempt(this.reader, this.values.fillWithNetwork(pieces, key))), name }];
    });
  }

  private alternative({ rendering, steps }: Choice): Alternative<FilterModel> {
    const attempt = this.values.settle(rendering.pieces);
    const origin: Origin = {
      map: attempt.map,
      shown: this.shownIn([{ rendering }]),
      chainNames: [...filterIn(attempt).chains.keys()],
      isNothing: (piece) => this.values.isNothing(piece),
    };
    const model = filterIn(attempt);
    const variations = this.hasTooManyOpen ? [] : this.variations(rendering);
    const blocks = this.reader.dialect.outline(attempt.document).flatMap(leaves);
    const unknown = this.unknownIn(attempt.map);
    // Windows sorts its rules: what blocks comes first, wherever it stands.
    const isInOrder = this.reader.dialect.id !== 'windows-firewall';
    const opened = openFilter({ model, variations, origin, unknown, blocks, isInOrder });
    return { model: withOpenPoints(opened, model, variations), steps };
  }

  /** The filter with the other value of each expression. */
  private variations(rendering: Rendering): Variation[] {
    const names = new Map<string, string>();
    for (const { kind, key, name } of rendering.pieces) if (kind === 'open') names.set(key, name);
    const base = textOfLine(this.values.fill(rendering.pieces));
    // Half of what is left, so that other branches have their share.
    const groups = grouped([...names], Math.min(VARIED_LIMIT, this.reader.budget.readingsOf(base.length) >> 1));
    this.hasUnread ||= groups.length === 0 && names.size > 0;
    return groups.flatMap((group) => {
      const keys = new Set(group.map(([key]) => key));
      const pieces = this.values.fill(rendering.pieces, keys);
      if (textOfLine(pieces) === base) return [];
      const namesInterfaces = this.reader.dialect.id === 'cisco';
      const name = group[0]?.[1] ?? '';
      return [{ name, keys, namesInterfaces, model: filterIn(readAttempt(this.reader, pieces)) }];
    });
  }

  /** The values that may be statements of their own. */
  private unknownIn(map: PlaceMap): Placed[] {
    const unknown = map.placed.filter((piece) => {
      if (piece.kind !== 'open' || piece.text.trim() !== '') return false;
      const start = map.text.lastIndexOf('\n', piece.at - 1) + 1;
      const next = map.text.indexOf('\n', piece.at);
      return map.text.slice(start, next < 0 ? undefined : next).trim() === '';
    });
    this.hasTooManyUnknown ||= unknown.length > UNKNOWN_LIMIT;
    return unknown.slice(0, UNKNOWN_LIMIT);
  }

  private shownIn(choices: readonly Pick<Choice, 'rendering'>[]): (text: string) => string {
    const tags = new Map<string, string>();
    for (const { rendering } of choices) {
      for (const piece of rendering.pieces) {
        if (piece.kind !== 'open') continue;
        for (const text of this.values.textsFor(piece.key)) tags.set(text, this.tagOf(piece));
      }
    }
    return (text) => text.replace(/[\w.:]+/g, (word) => tags.get(word) ?? word);
  }

  private tagOf({ start, end }: Piece): string {
    return this.template.text.slice(start, end).slice(0, 60);
  }
}

/** As many groups as may be read, those that stand far apart in one, so that a difference can be told from its place. */
function grouped<Item>(items: readonly Item[], limit: number): Item[][] {
  const groups = Array.from({ length: Math.min(limit, items.length) }, (): Item[] => []);
  if (groups.length > 0) for (const [i, item] of items.entries()) groups[i % groups.length]?.push(item);
  return groups;
}

/** The open values and the branches of a rendering. */
function openPartsOf({ pieces }: Rendering): number {
  const branches = new Set(pieces.flatMap(({ path }) => path.map(({ tag }) => tag.start)));
  return branches.size + pieces.filter(({ kind }) => kind === 'open').length;
}

function filterIn({ document: { model } }: Attempt): FilterModel {
  return model.kind === 'filter' ? model : { kind: 'filter', families: [4, 6], points: [], chains: new Map() };
}

/** The innermost lists of an outline: chains and access lists. */
function leaves({ kind, range, children }: OutlineItem): { readonly start: number; readonly end: number }[] {
  const inside = children.flatMap(leaves);
  if (inside.length > 0) return inside;
  return kind === 'list' || kind === 'section' ? [range] : [];
}
