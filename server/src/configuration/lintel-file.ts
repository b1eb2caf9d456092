import { validateLintel } from '../../generated/validators.js';
import type { Catalog } from '../catalog/catalog.js';
import type { Cloud } from '../catalog/requirement.js';
import { DIALECTS } from '../dialects/registry.js';
import type { FindingCode, Severity } from '../model/codes.js';
import type { Hook } from '../model/filter.js';
import { formatAddress, IpSet, parsePrefix } from '../model/ip.js';
import type { Location, TextRange } from '../text/range.js';
import { schemaProblems, YamlText } from '../yaml/yaml-text.js';

/** What a workspace file says of itself before the catalog that it is checked with is known. */
export interface LintelHead {
  /** `undefined` where the file names none, so that a setting may. */
  readonly cloud: Cloud | undefined;
  /** Where the workspace's own packs are. */
  readonly packs: readonly PackPattern[];
}

/** A path or glob pattern of packs, relative to the workspace file, and its place in that file. */
export interface PackPattern {
  readonly pattern: string;
  readonly range: TextRange;
}

/** What particular files are checked against. */
export interface FileEntry {
  /** A glob pattern, relative to the workspace file. */
  readonly match: string;
  readonly require: readonly string[] | undefined;
  readonly role: string | undefined;
  readonly hook: Hook | undefined;
  readonly point: string | undefined;
  readonly dialect: string | undefined;
}

/** A workspace file, as far as it is valid. */
export interface LintelFile extends LintelHead {
  readonly roles: ReadonlyMap<string, IpSet>;
  readonly tenantRestrictions: boolean;
  readonly files: readonly FileEntry[];
  readonly severity: Readonly<Partial<Record<FindingCode, Severity | 'off'>>>;
}

/** A value that is not one of those allowed. */
export interface ConfigurationProblem extends Location {
  readonly message: string;
}

/** The file as its schema describes it. */
interface RawFile {
  readonly cloud?: Cloud;
  readonly packs?: readonly string[];
  readonly roles?: Readonly<Record<string, readonly string[]>>;
  readonly 'tenant-restrictions'?: boolean;
  readonly files?: readonly (Pick<FileEntry, 'match'> & Partial<Omit<FileEntry, 'match'>>)[];
  readonly severity?: LintelFile['severity'];
}

/** A workspace file that was read once: its head can be asked for before its body is checked with a catalog. */
export interface ReadLintelFile {
  readonly head: LintelHead;
  /** Checks the rest against a catalog, which the head has helped to choose. */
  body(catalog: Catalog): { readonly file: LintelFile; readonly problems: readonly ConfigurationProblem[] };
}

/** Reads `lintel.yaml`. Never throws; what breaks a rule is left out, and the rest is used. */
export function readLintelFile(text: string, uri: string): ReadLintelFile {
  const yaml = YamlText.parse(text);
  const problems: ConfigurationProblem[] = yaml.problems.map((problem) => ({ uri, ...problem }));
  const broken: (readonly (string | number)[])[] = [];
  const empty = yaml.value === null || yaml.value === undefined;
  if (!empty && !validateLintel(yaml.value)) {
    for (const { path, key, range, message } of schemaProblems(validateLintel.errors ?? [], yaml)) {
      problems.push({ uri, range, message });
      broken.push(key === undefined ? path : [...path, key]);
    }
  }
  // The schema says which values are sound; the others are passed over wherever they stand.
  const sound = (...path: (string | number)[]) =>
    !broken.some((bad) => bad.length > 0 && bad.length <= path.length && bad.every((step, i) => step === path[i]));
  const raw = (typeof yaml.value === 'object' && !Array.isArray(yaml.value) ? (yaml.value ?? {}) : {}) as RawFile;
  const list = <Item>(items: readonly Item[] | undefined, ...path: (string | number)[]) => {
    const given: readonly Item[] = sound(...path) && Array.isArray(items) ? items : [];
    return given.flatMap((item, i) => (sound(...path, i) ? [{ item, i }] : []));
  };
  const head: LintelHead = {
    cloud: sound('cloud') ? raw.cloud : undefined,
    packs: list(raw.packs, 'packs').map(({ item, i }) => ({ pattern: item, range: yaml.rangeOf(['packs', i]) })),
  };

  const body = (catalog: Catalog) => {
    const found = [...problems];
    const report = (path: readonly (string | number)[], message: string) =>
      found.push({ uri, range: yaml.rangeOf(path), message });
    const roles = new Map<string, IpSet>();
    for (const [role, prefixes] of Object.entries(sound('roles') ? (raw.roles ?? {}) : {})) {
      if (!catalog.roles.has(role)) {
        const known = [...catalog.roles.keys()].sort().join(', ');
        found.push({
          uri,
          range: yaml.keyRangeOf(['roles'], role),
          message: `"${role}" is no role; known are ${known}`,
        });
        continue;
      }
      let addresses = IpSet.empty;
      for (const { item, i } of list(prefixes, 'roles', role)) {
        addresses = addresses.union(prefixOf(item, (message) => report(['roles', role, i], message)));
      }
      if (!addresses.isEmpty) roles.set(role, addresses);
    }
    const files = list(raw.files, 'files').map(({ item, i }): FileEntry => {
      const kept = <Value>(key: string, value: Value | undefined) => (sound('files', i, key) ? value : undefined);
      const require = item.require && list(item.require, 'files', i, 'require');
      require?.forEach(({ item: selector, i: index }) => {
        if (catalog.select([selector]).unknownSelectors.length === 0) return;
        report(['files', i, 'require', index], `"${selector}" selects nothing; tags are ${catalog.tags.join(', ')}`);
      });
      const role = kept('role', item.role);
      if (role !== undefined && !catalog.roles.has(role)) {
        report(['files', i, 'role'], `"${role}" is no role; known are ${[...catalog.roles.keys()].sort().join(', ')}`);
      }
      const dialect = kept('dialect', item.dialect);
      if (dialect !== undefined && !DIALECTS.some(({ id }) => id === dialect)) {
        const known = DIALECTS.map(({ id }) => id).join(', ');
        report(['files', i, 'dialect'], `"${dialect}" is no dialect; known are ${known}`);
      }
      return {
        match: item.match,
        require: require?.map(({ item: selector }) => selector),
        role: role !== undefined && catalog.roles.has(role) ? role : undefined,
        hook: kept('hook', item.hook),
        point: kept('point', item.point),
        dialect,
      };
    });
    const severity = Object.fromEntries(
      Object.entries(sound('severity') ? (raw.severity ?? {}) : {}).filter(([code]) => sound('severity', code)),
    );
    const tenantRestrictions = sound('tenant-restrictions') && raw['tenant-restrictions'] === true;
    return { file: { ...head, roles, tenantRestrictions, files, severity }, problems: found };
  };
  return { head, body };
}

/** The addresses of a prefix that has no host bits set; none, with a message, for anything else. */
function prefixOf(text: string, report: (message: string) => void): IpSet {
  const prefix = parsePrefix(text);
  if (!prefix) {
    report(`"${text}" is neither an address nor a prefix, which looks like 10.20.0.0/16`);
    return IpSet.empty;
  }
  const set = IpSet.of(prefix);
  const { first } = set;
  if (first && formatAddress(first) !== formatAddress(prefix.address)) {
    report(`"${text}" has host bits set; the prefix is ${formatAddress(first)}/${prefix.length}`);
  }
  return set;
}
