// Definitions and uses of acls, which depend only on the names and types in lines, not on values.

import { addTo } from '../../../kept/lists.js';
import { LatestMemo, Memo } from '../../../kept/memo.js';
import type { AclHead } from '../syntax/tree.js';
import type { AclType } from '../vocabulary/acl-types.js';
import { sameItems } from './carried-over.js';
import type { Segment, Statements } from './segments.js';

export interface DefinedAcl {
  readonly key: string;
  /** That of its first line; squid rejects lines of another type. */
  readonly type: AclType;
  /** The segments with lines of this type, by their index. */
  readonly segments: readonly number[];
  /** Whether some of its values are in list files. */
  readonly fromFile: boolean;
}

/** Whether an acl matches only hosts that its lines name, so that a rule with it can match no others. */
export function namesItsHosts({ type, fromFile }: DefinedAcl): boolean {
  return type.name === 'dstdomain' && !fromFile;
}

/** The types at which squid may stop to request a login or to ask a helper, and the groups that may hold acls of them. */
export const STOPPING_TYPES: ReadonlySet<string> = new Set([
  'proxy_auth',
  'proxy_auth_regex',
  'max_user_ip',
  'external',
  'any-of',
  'all-of',
]);

/** Whether squid may stop the list at an acl instead of going on to the next one. */
export function mayStop({ type }: DefinedAcl): boolean {
  return STOPPING_TYPES.has(type.name);
}

const headTexts = new Memo<Statements, string>();

/** Equal for statements with equal heads. */
function headsAsText(statements: Statements): string {
  return headTexts.of(statements, ({ heads }) =>
    heads.map(({ key, type, fromFile }) => `${key} ${type.name}${fromFile ? ' file' : ''}\n`).join(''),
  );
}

/**
 * Which acls there are, of which types, and which segments hold their lines. It is made from the heads of acl lines, so
 * it depends on nothing else; a version with the same heads in the same segments has the same object.
 */
export class Definitions {
  private readonly acls = new Map<string, DefinedAcl & { readonly segments: number[] }>();
  private readonly byType = new Map<string, string[]>();
  /** The segments with lines that squid rejects, because their acl has another type. */
  readonly conflicting: readonly number[];
  /** The keys of the acls with lines in several segments. */
  readonly spanning: readonly string[];

  private constructor(
    private readonly texts: readonly string[],
    heads: readonly (readonly AclHead[])[],
  ) {
    const conflicting = new Set<number>();
    heads.forEach((own, segment) => {
      for (const head of own) if (!this.add(head, segment)) conflicting.add(segment);
    });
    for (const { key, type } of this.acls.values()) addTo(this.byType, type.name, key);
    this.conflicting = [...conflicting];
    this.spanning = [...this.acls.values()].filter(({ segments }) => segments.length > 1).map(({ key }) => key);
  }

  static of(segments: readonly Segment[], previous: Definitions | undefined): Definitions {
    const texts = segments.map(({ statements }) => headsAsText(statements));
    if (previous && sameItems(previous.texts, texts)) return previous;
    return new Definitions(
      texts,
      segments.map(({ statements }) => statements.heads),
    );
  }

  /** Whether the line adds to its acl. */
  private add({ key, type, fromFile }: AclHead, segment: number): boolean {
    const known = this.acls.get(key);
    if (!known) {
      this.acls.set(key, { key, type, segments: [segment], fromFile });
      return true;
    }
    if (known.type !== type) return false;
    const { segments } = known;
    if (segments[segments.length - 1] !== segment) segments.push(segment);
    if (fromFile) this.acls.set(key, { key, type, segments, fromFile });
    return true;
  }

  get(key: string): DefinedAcl | undefined {
    return this.acls.get(key);
  }

  /** The keys of all acls, in the order of their first lines. */
  get keys(): readonly string[] {
    return [...this.acls.keys()];
  }

  /** The keys of the acls of one type. */
  keysOfType(type: string): readonly string[] {
    return this.byType.get(type) ?? [];
  }
}

const usedTexts = new Memo<Statements, string>();
const unused = new LatestMemo<UsedNames, Definitions, readonly string[]>();

/** The acls that statements refer to; a version in which each segment refers to the same ones has the same object. */
export class UsedNames {
  private constructor(
    private readonly texts: readonly string[],
    private readonly used: readonly ReadonlySet<string>[],
  ) {}

  static of(segments: readonly Segment[], previous: UsedNames | undefined): UsedNames {
    const texts = segments.map(({ statements }) => usedTexts.of(statements, ({ used }) => [...used].join(' ')));
    if (previous && sameItems(previous.texts, texts)) return previous;
    return new UsedNames(
      texts,
      segments.map(({ statements }) => statements.used),
    );
  }

  /** The keys of the acls that nothing refers to. */
  missingFrom(definitions: Definitions): readonly string[] {
    return unused.of(this, definitions, () => {
      const all = new Set<string>();
      for (const keys of this.used) for (const key of keys) all.add(key);
      return definitions.keys.filter((key) => !all.has(key));
    });
  }
}
