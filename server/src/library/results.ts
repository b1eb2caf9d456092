// What the service finds, as callers of the library get it: paths and positions instead of URIs and offsets.

import type { ToldVerdict as InnerVerdict } from '../analysis/report.js';
import type { Catalog as InnerCatalog } from '../catalog/catalog.js';
import type { Listing as InnerListing } from '../catalog/find.js';
import type { Endpoint, Requirement as InnerRequirement } from '../catalog/requirement.js';
import type { QuotedLine } from '../model/evidence.js';
import type { CheckedFile as InnerFile } from '../service/checked-files.js';
import type { Answer } from '../service/explain/answer.js';
import type { LanguageService } from '../service/language-service.js';
import { unchangedEnds } from '../text/edit.js';
import { endOfLine, LineIndex, startOfLine } from '../text/lines.js';
import type { TextRange } from '../text/range.js';
import type {
  CheckedFile,
  Explanation,
  Finding,
  FixedFile,
  Listing,
  Range,
  Requirement,
  RequirementEnd,
  Statement,
  Verdict,
} from './types.js';

/** A file before and after its fixes. */
export interface Fixed {
  readonly uri: string;
  readonly before: string;
  readonly after: string;
}

const START = { line: 0, character: 0 };

export class Results {
  constructor(
    private readonly service: LanguageService,
    private readonly pathOf: (uri: string) => string,
  ) {}

  file({ uri, dialect, findings, coverage, catalog }: InnerFile): CheckedFile {
    return {
      path: this.pathOf(uri),
      dialect,
      findings: findings.map(
        ({ code, severity, message, range, requirements, related }): Finding => ({
          code,
          severity,
          message,
          range: this.range(uri, range),
          requirements,
          related: related.map((one) => ({
            path: this.pathOf(one.uri),
            range: this.range(one.uri, one.range),
            message: one.message,
          })),
        }),
      ),
      verdicts: coverage.map((verdict) => this.verdict(verdict, catalog)),
    };
  }

  explanation({ verdict, aspects, decidedBy, reason, note, trace, choices }: Answer): Explanation {
    return {
      verdict,
      aspects: Object.fromEntries(aspects.map(({ name, value }) => [name, value ?? null])),
      ...(decidedBy ? { decidedBy: this.statement(decidedBy) } : {}),
      ...(reason === undefined ? {} : { reason }),
      ...(note === undefined ? {} : { note }),
      choices: choices.map(({ label }) => label),
      trace: trace.map(({ statement, effect }) => ({ statement: this.statement(statement), effect })),
    };
  }

  /** A file after its fixes, with the one edit of whole lines that makes it. */
  fixed({ uri, before, after }: Fixed): FixedFile {
    const path = this.pathOf(uri);
    const { front, back } = unchangedEnds(before, after);
    const start = startOfLine(before, front);
    // Behind the line end that follows the last character that differs, where there is one.
    const kept = back - Math.min(back, endOfLine(before, before.length - back) + 1 - (before.length - back));
    const lines = new LineIndex(before);
    const range = { start: lines.positionAt(start), end: lines.positionAt(before.length - kept) };
    return { path, text: after, edits: [{ path, range, newText: after.slice(start, after.length - kept) }] };
  }

  private verdict(
    { requirement: id, status, decidedBy, missing, reason }: InnerVerdict,
    catalog: InnerCatalog,
  ): Verdict {
    const requirement = catalog.byId(id);
    return {
      requirement: id,
      title: requirement?.title ?? id,
      status,
      decidedBy: decidedBy.map((one) => this.statement(one)),
      ...(missing === undefined ? {} : { missing }),
      ...(reason === undefined ? {} : { reason }),
      document: requirement?.source.url ?? '',
    };
  }

  private statement({ uri, range, text }: QuotedLine): Statement {
    return { path: this.pathOf(uri), range: this.range(uri, range), text };
  }

  private range(uri: string, { start, end }: TextRange): Range {
    const lines = this.service.linesOf(uri);
    return { start: lines?.positionAt(start) ?? START, end: lines?.positionAt(end) ?? START };
  }
}

export function requirementOf({ id, title, why, kind, required, tags, flow, source }: InnerRequirement): Requirement {
  const { document, section, url } = source;
  return {
    id,
    title,
    why,
    kind,
    required,
    tags,
    from: endOf(flow.from),
    to: endOf(flow.to),
    protocol: flow.protocol,
    ...(flow.ports === undefined ? {} : { ports: flow.ports }),
    source: { document, ...(section === undefined ? {} : { section }), url },
  };
}

function endOf({ role, prefixes = [], hosts = [] }: Endpoint): RequirementEnd {
  return { ...(role === undefined ? {} : { role }), prefixes, hosts };
}

export function listingOf({ pack, clouds, matches, requirements }: InnerListing): Listing {
  return { pack: pack.title, version: pack.version, clouds, matches, requirements: requirements.map(requirementOf) };
}
