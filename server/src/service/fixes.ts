// What can be offered for findings: proved fixes, and comments that ignore them.

import type { Analysis } from '../analysis/analyze.js';
import type { FixContext } from '../analysis/fixes/fixes.js';
import { Proofs } from '../analysis/fixes/proofs.js';
import type { Finding, Fix } from '../analysis/report.js';
import type { Configuration } from '../configuration/configuration.js';
import { declareRole } from '../configuration/declare-role.js';
import { Memo } from '../kept/memo.js';
import { prefixesOf } from '../model/packet-text.js';

/** The proved fixes of one finding. */
export interface FindingFixes {
  readonly finding: Finding;
  readonly fixes: readonly Fix[];
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
  isWanted: (finding: Finding) => boolean,
): readonly FindingFixes[] {
  return findings.filter(isWanted).flatMap((finding) => {
    const { networks } = finding;
    if (!networks || file.roles.has(CLIENTS)) return [];
    const fixes = [networks.served, networks.unserved].flatMap((network, i): Fix[] => {
      const prefixes = network.toPrefixes();
      const edits = prefixes.length > 0 ? declareRole(source.text, CLIENTS, prefixes) : undefined;
      if (!edits) return [];
      const what = i === 0 ? 'this is no fault then' : 'this is an error then';
      return [
        {
          title: `Clients are in ${prefixesOf(network)}: declare it in lintel.yaml (${what})`,
          edits: edits.map((edit) => ({ uri: source.uri, ...edit })),
          requirements: [],
        },
      ];
    });
    return fixes.length > 0 ? [{ finding, fixes }] : [];
  });
}

/** Proves fixes on request. The proofs of an analysis are kept as long as it is. */
export class FixProver {
  private readonly known = new Memo<Analysis, Proofs>();

  proofs(context: FixContext): Proofs {
    return this.known.of(context.analysis, () => new Proofs(context));
  }

  /** The fixes of some findings of a report. */
  fixes(context: FixContext, isWanted: (finding: Finding, index: number) => boolean): readonly FindingFixes[] {
    const findings = context.analysis.report.findings.filter(isWanted);
    const remedies = this.proofs(context).allOf(findings);
    return findings.map((finding, i) => ({ finding, fixes: remedies[i]?.fixes ?? [] }));
  }

  /** The comments that would ignore some findings of a report. */
  ignores(context: FixContext, isWanted: (finding: Finding, index: number) => boolean): readonly FindingFixes[] {
    const proofs = this.proofs(context);
    return context.analysis.report.findings.filter(isWanted).map((finding) => {
      const fix = proofs.ignore(finding);
      return { finding, fixes: fix ? [fix] : [] };
    });
  }
}
