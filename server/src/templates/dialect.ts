// A dialect that reads templates of its files as well.
import type {
  Candidate,
  Change,
  Dialect,
  Document,
  Entity,
  FormatStyle,
  LoadedLater,
  Narrowing,
  OutlineItem,
  Proposal,
  Recognition,
  Source,
  Sources,
  Vocabulary,
} from '../dialects/dialect.js';
import { textOf } from '../dialects/source.js';
import { once } from '../kept/once.js';
import type { QuotedLine } from '../model/evidence.js';
import type { TextRange } from '../text/range.js';
import { lowerTemplate, TemplateDocument } from './document.js';
import { renderedPath, type TemplateLanguage, templateLanguage } from './languages.js';
import { parseTemplate } from './parse.js';
import type { PlaceMap } from './place-map.js';
import { tokenize } from './tags.js';
import type { TemplateTree } from './tree.js';

/** What extensions of VS Code for Jinja, Ansible, Ruby and Go call templates of any file. */
const TEMPLATE_LANGUAGES = ['ansible-jinja', 'erb', 'gotmpl', 'jinja'];

/** The same language for files and for templates of them. */
export function withTemplates(language: LoadedLater): LoadedLater {
  return {
    ...language,
    ...recognisingTemplates(language),
    load: once(async () => readingTemplates(await language.load())),
  };
}

function recognisingTemplates(language: Recognition): Pick<Recognition, 'hostLanguages' | 'lineComment' | 'detect'> {
  return {
    hostLanguages: [...(language.hostLanguages ?? []), ...TEMPLATE_LANGUAGES],
    lineComment: (source) => language.lineComment({ ...source, uri: renderedPath(source.uri) }),
    detect: (path, text) => {
      const tags = templateLanguage(path, text);
      return tags ? language.detect(renderedPath(path), withoutTags(text, tags)) : language.detect(path, text);
    },
  };
}

function readingTemplates(dialect: Dialect): Dialect {
  const { format, hintsIn, narrow, obstacleTo, signatureAt, tokens } = dialect;
  return {
    ...dialect,
    ...recognisingTemplates(dialect),
    parse: (source, previous) => {
      const language = templateLanguage(source.uri, textOf(source));
      if (language) return parseTemplate(source.text, language);
      return dialect.parse(source, isTemplate(previous) ? undefined : previous);
    },
    lower: (source, tree, sources) =>
      isTemplate(tree) ? lowerTemplate(dialect, source, tree, sources) : dialect.lower(source, tree, sources),
    emit: (document, change, sources) =>
      document instanceof TemplateDocument
        ? proposals(document, (primary) => emitted(dialect, document, primary, change))
        : dialect.emit(document, change, sources),
    ...(tokens
      ? {
          tokens: (source: Source) =>
            templateLanguage(source.uri, source.text) ? templateTokens(source) : tokens(source),
        }
      : {}),
    ...(obstacleTo
      ? {
          obstacleTo: (document: Document, change: Change) => {
            if (!(document instanceof TemplateDocument)) return obstacleTo(document, change);
            const { primary } = document.program;
            const own = changeIn(document, primary.map, change);
            return own && obstacleTo(primary.document, own);
          },
        }
      : {}),
    ...(narrow
      ? {
          narrow: (document: Document, narrowing: Narrowing, sources: Sources) =>
            document instanceof TemplateDocument
              ? proposals(document, (primary) => narrowed(dialect, document, primary, narrowing))
              : narrow(document, narrowing, sources),
        }
      : {}),
    ...(signatureAt
      ? {
          signatureAt: (document: Document, offset: number) => {
            if (!(document instanceof TemplateDocument)) return signatureAt(document, offset);
            const { map, document: primary } = document.program.primary;
            const at = literalOffset(map, offset);
            return at === undefined ? undefined : signatureAt(primary, at);
          },
        }
      : {}),
    // What a list holds may differ with each rendering.
    ...(hintsIn
      ? {
          hintsIn: (document: Document, range: TextRange) =>
            document instanceof TemplateDocument ? [] : hintsIn(document, range),
        }
      : {}),
    // The blanks around tags are those of their language.
    ...(format
      ? {
          format: (document: Document, style: FormatStyle) =>
            document instanceof TemplateDocument ? [] : format(document, style),
        }
      : {}),
    outline: (document) =>
      document instanceof TemplateDocument ? outlineOf(dialect, document) : dialect.outline(document),
    foldingRanges: (document) =>
      document instanceof TemplateDocument ? foldingOf(dialect, document) : dialect.foldingRanges(document),
    entityAt: (document, offset, vocabulary) => {
      if (!(document instanceof TemplateDocument)) return dialect.entityAt(document, offset, vocabulary);
      return entityIn(dialect, document, offset, vocabulary);
    },
    completionsAt: (document, offset, vocabulary) => {
      if (!(document instanceof TemplateDocument)) return dialect.completionsAt(document, offset, vocabulary);
      const { map, document: primary } = document.program.primary;
      const at = literalOffset(map, offset);
      const found = at === undefined ? undefined : dialect.completionsAt(primary, at, vocabulary);
      const range = found && map.exactly(found.range);
      return found && range && { ...found, range };
    },
  };
}

function isTemplate(tree: unknown): tree is TemplateTree {
  return typeof tree === 'object' && tree !== null && 'kind' in tree && tree.kind === 'template' && 'language' in tree;
}

/** The text with spaces in the place of tags, so that what is left shows its language. */
function withoutTags(text: string, language: TemplateLanguage): string {
  let result = '';
  for (const { kind, start, end } of tokenize(text, language)) {
    if (kind === 'text') result += text.slice(start, end);
    else if (kind === 'output') result += '1';
  }
  return result;
}

function templateTokens({ uri, text }: Source) {
  const language = templateLanguage(uri, text) ?? 'jinja';
  return tokenize(text, language).map(({ kind, start, end }) => ({ kind, start, end, text: text.slice(start, end) }));
}

/** The proposals whose edits stay outside of tags. */
function proposals<Own extends Proposal>(
  { program: { primary } }: TemplateDocument,
  propose: (map: PlaceMap) => readonly Own[],
): Own[] {
  return propose(primary.map).flatMap((one) => {
    const moved = one.edits.map((edit) => primary.map.editOf(edit));
    return moved.every((edit) => edit !== undefined) ? [{ ...one, edits: moved.flatMap((edit) => edit ?? []) }] : [];
  });
}

function emitted(dialect: Dialect, document: TemplateDocument, map: PlaceMap, change: Change): readonly Candidate[] {
  const { primary, sources, shown } = document.program;
  const own = changeIn(document, map, change);
  const candidates = own ? dialect.emit(primary.document, own, sources) : [];
  return candidates.map((one) => ({ ...one, place: shown(one.place) }));
}

/** A change of the template, of the rendering that the editor shows; `undefined` where that has not all its statements. */
function changeIn({ program }: TemplateDocument, map: PlaceMap, change: Change): Change | undefined {
  const decidedBy = change.decidedBy.flatMap((line) => rendered(line, map) ?? []);
  if (decidedBy.length < change.decidedBy.length) return undefined;
  if (change.goal !== 'permit-packets') return { ...change, decidedBy };
  const { model } = program.primary.document;
  const points = model.kind === 'filter' ? model.points : [];
  const point = points.find(({ name }) => program.shown(name) === change.point)?.name ?? change.point;
  return { ...change, decidedBy, point };
}

function narrowed(
  dialect: Dialect,
  { program }: TemplateDocument,
  map: PlaceMap,
  narrowing: Narrowing,
): readonly Proposal[] {
  const rule = rendered(narrowing.rule, map);
  return (rule && dialect.narrow?.(program.primary.document, { ...narrowing, rule }, program.sources)) ?? [];
}

/** A statement of the template in the rendering that the editor shows. */
function rendered(line: QuotedLine, map: PlaceMap): QuotedLine | undefined {
  if (line.uri !== map.templateUri) return line;
  const range = map.fromTemplate(line.range);
  return range && { ...line, uri: map.uri, range, text: map.text.slice(range.start, range.end) };
}

function entityIn(
  dialect: Dialect,
  { program }: TemplateDocument,
  offset: number,
  vocabulary: Vocabulary | undefined,
): Entity | undefined {
  const { map, document } = program.primary;
  const at = literalOffset(map, offset);
  if (at === undefined) return tagAt(map, offset);
  const entity = dialect.entityAt(document, at, vocabulary);
  const range = entity && map.exactly(entity.range);
  if (!entity || !range) return undefined;
  return 'markdown' in entity ? { ...entity, range, markdown: program.shown(entity.markdown) } : { ...entity, range };
}

/** What a tag prints, as far as it is known. */
function tagAt(map: PlaceMap, offset: number): Entity | undefined {
  const piece = map.placed.find(({ kind, start, end }) => kind !== 'literal' && start <= offset && offset < end);
  if (!piece) return undefined;
  const { start, end, name } = piece;
  const markdown =
    piece.kind === 'value'
      ? `The template prints \`${piece.text.slice(0, 200)}\` here.`
      : `\`${name}\` is filled in when the template is used. What depends on it is undecided, unless \`variables\` in lintel.yaml gives its value.`;
  return { kind: 'name', range: { start, end }, markdown };
}

/** An offset in literal text, in the rendering; `undefined` inside of tags and in branches that it does not have. */
function literalOffset(map: PlaceMap, offset: number): number | undefined {
  const piece = map.placed.find(({ kind, start, end }) => kind === 'literal' && start <= offset && offset <= end);
  return piece && piece.at + offset - piece.start;
}

function outlineOf(dialect: Dialect, { program }: TemplateDocument): OutlineItem[] {
  const { map, document } = program.primary;
  const seen = new Set<string>();
  const moved = (item: OutlineItem): OutlineItem[] => {
    const range = map.toTemplate(item.range);
    const nameRange = map.toTemplate(item.nameRange);
    const key = `${item.name} ${range.start}`;
    if (seen.has(key)) return [];
    seen.add(key);
    const isInside = range.start <= nameRange.start && nameRange.end <= range.end;
    const own = { ...item, name: program.shown(item.name), detail: program.shown(item.detail), range };
    return [{ ...own, nameRange: isInside ? nameRange : range, children: item.children.flatMap(moved) }];
  };
  return dialect.outline(document).flatMap(moved);
}

function foldingOf(dialect: Dialect, { program }: TemplateDocument): TextRange[] {
  const { map, document } = program.primary;
  const ranges = dialect.foldingRanges(document).map((range) => map.toTemplate(range));
  const seen = new Set<number>();
  return ranges.filter(({ start, end }) => end > start && !seen.has(start) && seen.add(start));
}
