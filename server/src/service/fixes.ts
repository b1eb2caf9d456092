// What can be offered for findings: proved fixes, and comments that ignore them.

import type { CoverageFix } from '../../../shared/coverage.js';
import type { Analysis } from '../analysis/analyze.js';
import type { FixContext } from '../analysis/fixes/edited-copy.js';
import { Proofs } from '../analysis/fixes/proofs.js';
import { titleOfProof } from '../analysis/fixes/remedies.js';
import type { Finding, Fix } from '../analysis/report.js';
import type { Configuration } from '../configuration/configuration.js';
import { declareRole } from '../configuration/declare-role.js';
import { Memo } from '../kept/memo.js';
import { prefixesOf } from '../model/packet-text.js';
import { linesOf } from '../text/edit.js';

/**
 * Up to which length of a text, in UTF-16 code units, a menu waits for proofs: its titles then say what an edit does, and it says why
 * there is none.
 */
export const PROVED_AT_ONCE = 50_000;

/** The proved fixes of one finding. */
export interface FindingFixes {
  readonly finding: Finding;
  readonly fixes: readonly Fix[];
}

/** A finding for which a fix may be proved, and what is offered until it is. */
export interface OpenProof {
  readonly finding: Finding;
  readonly title: string;
}

/** The role of the people whose requirements most documents list. */
const CLIENTS = 'clients';

/**
 * The edits of the workspace file that say where clients are, for findings on one of several networks: as soon as somebody
 * says it, what is denied to them is an error, and what is denied to others is none.
 */
export function declarations(
  findings: readonly Finding[],
  { source, file }: Configuration,
): readonly { readonly finding: Finding; readonly fix: Fix }[] {
  return findings.flatMap((finding) => {
    const { networks } = finding;
    if (!networks || file.roles.has(CLIENTS)) return [];
    return [networks.served, networks.unserved].flatMap((network, i) => {
      const prefixes = network.toPrefixes();
      const edits = prefixes.length > 0 ? declareRole(source.text, CLIENTS, prefixes) : undefined;
      if (!edits) return [];
      const what = i === 0 ? 'this is no fault then' : 'this is an error then';
      const fix: Fix = {
        title: `Clients are in ${prefixesOf(network)}: declare it in lintel.yaml (${what})`,
        edits: edits.map((edit) => ({ uri: source.uri, ...edit })),
        requirements: [],
      };
      return [{ finding, fix }];
    });
  });
}

/** Proves fixes on request. The proofs of an analysis are kept as long as it is. */
export class FixProver {
  private readonly byAnalysis = new Memo<Analysis, Proofs>();

  proofs(context: FixContext): Proofs {
    return this.byAnalysis.of(context.analysis, () => new Proofs(context));
  }

  /** The fixes of some findings of a report. */
  fixes(context: FixContext, isWanted: (finding: Finding, index: number) => boolean): readonly FindingFixes[] {
    const findings = context.analysis.report.findings.filter(isWanted);
    const remedies = this.proofs(context).allOf(findings);
    return findings.map((finding, i) => ({ finding, fixes: remedies[i]?.fixes ?? [] }));
  }

  /** What is proved of some findings, what may be, and of which nothing can be or nothing is. */
  known(
    context: FixContext,
    findings: readonly Finding[],
  ): { proved: FindingFixes[]; open: OpenProof[]; unfixed: Finding[] } {
    const proofs = this.proofs(context);
    const proved: FindingFixes[] = [];
    const open: OpenProof[] = [];
    const unfixed: Finding[] = [];
    for (const finding of findings) {
      const remedies = proofs.known(finding);
      const title = remedies ? undefined : titleOfProof(context, finding);
      if (remedies && remedies.fixes.length > 0) proved.push({ finding, fixes: remedies.fixes });
      else if (title !== undefined) open.push({ finding, title });
      else unfixed.push(finding);
    }
    return { proved, open, unfixed };
  }

  /** What is offered for one finding, as far as it is known without another proof. */
  shown(context: FixContext, finding: Finding): readonly CoverageFix[] {
    const { proved, open } = this.known(context, [finding]);
    return [
      ...proved.flatMap(({ fixes }) => fixes.map(({ title, edits }) => ({ title, lines: linesOf(edits) }))),
      ...open.map(({ title }) => ({ title, lines: [] })),
    ];
  }
}
