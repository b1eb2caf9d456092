// All proofs of the fixes of one analysed file, which are paid together and kept as long as the file is the same.
import { Purse } from '../../model/budget.js';
import type { Severity } from '../../model/codes.js';
import type { Finding, Fix } from '../report.js';
import { type AnalysisCost, canProve, type FixContext, READING_COST } from './edited-copy.js';
import { fixAll, type Scope } from './fix-all.js';
import { type Remedies, TOO_MUCH } from './fixes.js';
import { ignoreFix } from './ignore.js';
import { type InParts, withoutPause } from './in-parts.js';
import { remediesFor } from './remedies.js';

/** How often the whole file may be read again, beside what an evaluation may cost: findings of large files are proved too. */
const READINGS = 16;

/** What the verdicts of a file, what is told of them and all proofs may cost together, in evaluations, beside reading it. */
const ALL = 1;

/** The same of one edit that fixes all, where each fix is proved in a file that the ones before it have changed. */
const ALL_ROUNDS = 5 / 4;

/** Which findings are proved first, since later ones may find nothing left. */
const ORDER: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2, hint: 3 };

/** Lets other work be done; `false` where nobody waits for the proof any longer. */
export type Pause = () => Promise<boolean>;

export class Proofs {
  private readonly proved = new Map<Finding, Remedies>();
  private readonly unfinished = new Map<Finding, InParts<Remedies>>();
  private readonly ignores = new Map<Finding, Fix | undefined>();
  private whole: { readonly fix: Fix | undefined } | undefined;

  /** @param purse pays for all of them, but the whole fix */
  constructor(
    private readonly context: FixContext,
    private readonly purse = purseFor(context),
  ) {}

  /** What is known of a finding without another proof. */
  known(finding: Finding): Remedies | undefined {
    return this.proved.get(finding);
  }

  remedies(finding: Finding): Remedies {
    const known = this.proved.get(finding);
    if (known) return known;
    return this.keep(finding, withoutPause(this.begun(finding)));
  }

  /** The remedies of some findings, in their order. What is worth most is proved first. */
  allOf(findings: readonly Finding[]): readonly Remedies[] {
    for (const finding of inOrderOfProof(findings)) this.remedies(finding);
    return findings.map((finding) => this.remedies(finding));
  }

  /** The same for one finding, with pauses; `undefined` where nobody waits for it any longer. */
  async withPauses(finding: Finding, pause: Pause): Promise<Remedies | undefined> {
    for (;;) {
      const known = this.proved.get(finding);
      if (known) return known;
      const next = this.begun(finding).next();
      if (next.done) return this.keep(finding, next.value);
      if (!(await pause())) return undefined;
    }
  }

  /** The comment that would ignore a finding. */
  ignore(finding: Finding): Fix | undefined {
    if (!this.ignores.has(finding)) {
      this.ignores.set(
        finding,
        this.purse.pay(
          () => ignoreFix(this.context, finding),
          () => undefined,
        ),
      );
    }
    return this.ignores.get(finding);
  }

  /** One edit that applies every proved fix, as far as the work for one file suffices; `undefined` where there is none. */
  get fixAll(): Fix | undefined {
    this.whole ??= { fix: fixAll(this.context, purseFor(this.context, ALL_ROUNDS)) };
    return this.whole.fix;
  }

  /** One edit that applies the proved fixes of some findings, as far as the work for one file suffices. */
  fixOf(scope: Scope): Fix | undefined {
    return fixAll(this.context, purseFor(this.context, ALL_ROUNDS), scope);
  }

  /** The proof of a finding, from where those who wanted it before have left it. */
  private begun(finding: Finding): InParts<Remedies> {
    const proof = this.unfinished.get(finding) ?? this.inParts(finding);
    this.unfinished.set(finding, proof);
    return proof;
  }

  private keep(finding: Finding, remedies: Remedies): Remedies {
    this.unfinished.delete(finding);
    this.proved.set(finding, remedies);
    return remedies;
  }

  private *inParts(finding: Finding): InParts<Remedies> {
    if (!canProve(this.context, this.purse)) return tooMuch().value;
    const proof = remediesFor(this.context, finding);
    for (;;) {
      const next = this.purse.pay(() => proof.next(), tooMuch);
      if (next.done) return next.value;
      yield;
    }
  }
}

/** What pays for the proofs of a file: what its analysis has left. */
function purseFor({ document, cost = NOTHING }: FixContext, evaluations = ALL): Purse {
  const reading = READINGS * READING_COST * document.source.text.length;
  return new Purse(evaluations, reading - cost.verdicts - cost.telling);
}

const NOTHING: AnalysisCost = { verdicts: 0, telling: 0 };

function tooMuch() {
  return { done: true, value: { fixes: [], obstacle: TOO_MUCH } } as const;
}

function inOrderOfProof(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort((a, b) => ORDER[a.severity] - ORDER[b.severity]);
}
