// Reads the text of a workspace file (lintel.yaml).
import { validateLintel } from '../../generated/validators.js';
import type { Catalog } from '../catalog/catalog.js';
import type { MediaPorts } from '../catalog/media-ports.js';
import { type Cloud, MEDIA, type Media } from '../catalog/requirement.js';
import { inFaultyPacks, nearest, whyUnknown } from '../catalog/unknown-selectors.js';
import { DIALECTS } from '../dialects/registry.js';
import type { FindingCode, Severity } from '../model/codes.js';
import type { Hook } from '../model/filter.js';
import { formatAddress, IpSet, parsePrefix } from '../model/ip.js';
import { listed } from '../model/packet-text.js';
import { formatPorts, parsePorts } from '../model/ports.js';
import type { Location, TextRange } from '../text/range.js';
import { type Path, schemaProblems, YamlText } from '../yaml/yaml-text.js';

/** The part of a workspace file that can be read before the catalog is known. */
export interface LintelHead {
  /** `undefined` where the file names none and a setting applies. */
  readonly cloud: Cloud | undefined;
  /** The packs of the workspace. */
  readonly packs: readonly PackPattern[];
  /** What must not pass, whatever else files are checked against: packs of the workspace, and selectors. */
  readonly forbid: readonly PackPattern[];
}

/** A path or glob pattern of packs, relative to the workspace file, and its range in that file. */
export interface PackPattern {
  readonly pattern: string;
  readonly range: TextRange;
}

/** What the workspace says of the network around packet filters, for all files or for those of one entry. */
export interface DeclaredNetwork {
  /** The addresses behind interfaces, by name; `undefined` where none are declared. */
  readonly interfaces: ReadonlyMap<string, IpSet | 'internet'> | undefined;
  /** The profiles that hosts may be in; `undefined` where none are declared. */
  readonly profiles: readonly string[] | undefined;
}

/** An entry of `files`: what the files that match a pattern are checked against. */
export interface FileEntry extends DeclaredNetwork {
  /** The path of its values in the file. */
  readonly path: Path;
  /** A glob pattern, relative to the workspace file. */
  readonly match: string;
  readonly require: readonly string[] | undefined;
  readonly role: string | undefined;
  readonly hook: Hook | undefined;
  readonly point: string | undefined;
  readonly dialect: string | undefined;
}

/** A workspace file, as far as it is valid. */
export interface LintelFile extends LintelHead, DeclaredNetwork {
  readonly roles: ReadonlyMap<string, IpSet>;
  /** Whether clients resolve external names. */
  readonly resolvesExternalNames: boolean;
  readonly tenantRestrictions: boolean;
  /** The source ports of clients' media; `undefined` where none are declared. */
  readonly mediaPorts: MediaPorts | undefined;
  /** The version of squid that reads the files, such as `5.7`; `undefined` where it may be any that Lintel knows. */
  readonly squid: string | undefined;
  /** The values of variables in templates. */
  readonly variables: ReadonlyMap<string, unknown>;
  readonly files: readonly FileEntry[];
  readonly severity: Readonly<Partial<Record<FindingCode, Severity | 'off'>>>;
  readonly failOn: FailOnByCode;
}

/** The lowest severity that makes a run in a terminal or pipeline fail. */
export type FailOn = 'error' | 'warning' | 'info' | 'never';

/** The same for single codes. */
export type FailOnByCode = Readonly<Partial<Record<FindingCode, FailOn>>>;

/** An invalid value and its location. */
export interface ConfigurationProblem extends Location {
  readonly message: string;
}

/** The same as {@link DeclaredNetwork}, as the schema describes it. */
interface RawNetwork {
  readonly interfaces?: Readonly<Record<string, 'internet' | readonly unknown[]>>;
  readonly profiles?: readonly string[];
}

type RawFileEntry = Pick<FileEntry, 'match'> &
  Partial<Omit<FileEntry, 'match' | 'path' | keyof DeclaredNetwork>> &
  RawNetwork;

/** The file as its schema describes it. */
interface RawFile extends RawNetwork {
  readonly cloud?: Cloud;
  readonly packs?: readonly string[];
  readonly forbid?: readonly string[];
  readonly roles?: Readonly<Record<string, readonly string[]>>;
  readonly dns?: 'external';
  readonly 'tenant-restrictions'?: boolean;
  readonly 'media-ports'?: string | number | Readonly<Record<Media, string | number>>;
  readonly squid?: string | number;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly files?: readonly RawFileEntry[];
  readonly severity?: LintelFile['severity'];
  readonly 'fail-on'?: FailOnByCode;
}

/** A parsed workspace file: its head is available before its body is checked with a catalog. */
export interface ReadLintelFile {
  readonly head: LintelHead;
  /**
   * Checks the rest with a catalog, which depends on the head. Many files say nothing that it has to be made for.
   * @param faulty the names of packs with problems, which may be why something is not in the catalog
   */
  body(
    catalog: () => Catalog,
    faulty?: readonly string[],
  ): { readonly file: LintelFile; readonly problems: readonly ConfigurationProblem[] };
}

/** Reads `lintel.yaml`. Never throws; invalid values are left out, and the rest is used. */
export function readLintelFile(text: string, uri: string): ReadLintelFile {
  const checked = new CheckedText(text, uri);
  const { raw, yaml } = checked;
  const patternsOf = (key: 'packs' | 'forbid') =>
    checked.validItems(raw[key], key).map(({ item, i }) => ({ pattern: item, range: yaml.rangeOf([key, i]) }));
  const head: LintelHead = {
    cloud: checked.isValid('cloud') ? raw.cloud : undefined,
    packs: patternsOf('packs'),
    forbid: patternsOf('forbid'),
  };
  return { head, body: (catalog, faulty = []) => new BodyReader(checked, catalog, faulty).read(head) };
}

/** A parsed text with its schema errors, of which only the valid values are used. */
class CheckedText {
  readonly yaml: YamlText;
  readonly raw: RawFile;
  readonly problems: ConfigurationProblem[];
  private readonly invalid: Path[] = [];

  constructor(
    text: string,
    readonly uri: string,
  ) {
    this.yaml = YamlText.parse(text, true);
    this.problems = this.yaml.problems.map((problem) => ({ uri, ...problem }));
    const { value } = this.yaml;
    this.raw = (typeof value === 'object' && !Array.isArray(value) ? (value ?? {}) : {}) as RawFile;
    if (value === null || value === undefined || validateLintel(value)) return;
    // Where a line cannot be read, what it would be is not worth a second problem.
    const unreadable = new Set(this.problems.map(({ range }) => lineStart(text, range.start)));
    for (const { path, key, range, message } of schemaProblems(validateLintel.errors ?? [], this.yaml)) {
      if (!unreadable.has(lineStart(text, range.start))) this.problems.push({ uri, range, message });
      this.invalid.push(key === undefined ? path : [...path, key]);
    }
  }

  /** Whether the value at a path and all values that contain it are valid, the file as a whole excepted. */
  isValid(...path: Path): boolean {
    return !this.invalid.some(
      (bad) => bad.length > 0 && bad.length <= path.length && bad.every((step, i) => step === path[i]),
    );
  }

  /** The valid items of the list at a path, each with its index. */
  validItems<Item>(items: readonly Item[] | undefined, ...path: Path): { readonly item: Item; readonly i: number }[] {
    const given: readonly Item[] = this.isValid(...path) && Array.isArray(items) ? items : [];
    return given.flatMap((item, i) => (this.isValid(...path, i) ? [{ item, i }] : []));
  }
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1);
}

/** Reads the values whose meaning depends on the catalog. */
class BodyReader {
  private readonly problems: ConfigurationProblem[];

  constructor(
    private readonly checked: CheckedText,
    private readonly catalog: () => Catalog,
    private readonly faulty: readonly string[],
  ) {
    this.problems = [...checked.problems];
  }

  read(head: LintelHead): ReturnType<ReadLintelFile['body']> {
    const { checked } = this;
    const { raw } = checked;
    const file: LintelFile = {
      ...head,
      roles: this.roles(),
      ...this.surroundings(raw),
      resolvesExternalNames: checked.isValid('dns') && raw.dns === 'external',
      tenantRestrictions: checked.isValid('tenant-restrictions') && raw['tenant-restrictions'] === true,
      mediaPorts: this.mediaPorts(),
      squid: checked.isValid('squid') && raw.squid !== undefined ? `${raw.squid}` : undefined,
      variables: new Map(Object.entries(checked.isValid('variables') ? (raw.variables ?? {}) : {})),
      files: checked
        .validItems(raw.files, 'files')
        // An entry that no file can match says nothing.
        .filter(({ item, i }) => checked.isValid('files', i, 'match') && typeof item.match === 'string')
        .map(({ item, i }) => this.fileEntry(item, i)),
      severity: this.byCode('severity'),
      failOn: this.byCode('fail-on'),
    };
    return { file, problems: this.problems };
  }

  /** The valid values of a map by finding code. */
  private byCode<Key extends 'severity' | 'fail-on'>(key: Key): NonNullable<RawFile[Key]> {
    const { checked } = this;
    const written = checked.isValid(key) ? (checked.raw[key] ?? {}) : {};
    return Object.fromEntries(Object.entries(written).filter(([code]) => checked.isValid(key, code)));
  }

  private roles(): ReadonlyMap<string, IpSet> {
    const { checked } = this;
    const roles = new Map<string, IpSet>();
    for (const [role, prefixes] of Object.entries(checked.isValid('roles') ? (checked.raw.roles ?? {}) : {})) {
      if (!this.catalog().roles.has(role)) {
        this.report(checked.yaml.keyRangeOf(['roles'], role), this.unknownRole(role));
        continue;
      }
      const addresses = this.addresses(prefixes, ['roles', role]);
      if (!addresses.isEmpty) roles.set(role, addresses);
    }
    return roles;
  }

  /** One range for all media, or one for each kind; a range that is wrong leaves the others without a meaning. */
  private mediaPorts(): MediaPorts | undefined {
    const { checked } = this;
    const written = checked.isValid('media-ports') ? checked.raw['media-ports'] : undefined;
    if (written === undefined) return undefined;
    if (typeof written !== 'object') {
      const all = this.ports(written, ['media-ports']);
      return all === undefined ? undefined : { all };
    }
    const [audio, video, sharing] = MEDIA.map((kind) =>
      checked.isValid('media-ports', kind) ? this.ports(written[kind], ['media-ports', kind]) : undefined,
    );
    if (audio === undefined || video === undefined || sharing === undefined) return undefined;
    return { all: joinedPorts([audio, video, sharing]), each: { audio, video, sharing } };
  }

  private ports(written: string | number, path: Path): string | undefined {
    const text = `${written}`;
    if (parsePorts(text)) return text;
    this.reportAt(path, `"${text}" is not a port, an ascending range or a list of them, such as "50000-50059"`);
    return undefined;
  }

  /** The addresses of the list at a path. */
  private addresses(prefixes: readonly unknown[], path: Path): IpSet {
    return this.checked.validItems(prefixes, ...path).reduce((all, { item, i }) => {
      return all.union(prefixOf(item, (message) => this.reportAt([...path, i], message)));
    }, IpSet.empty);
  }

  /** The networks and profiles that the map at a path declares. */
  private surroundings({ interfaces: declared, profiles }: RawNetwork, ...path: Path): DeclaredNetwork {
    const { checked } = this;
    const interfaces = new Map<string, IpSet | 'internet'>();
    const isMap = checked.isValid(...path, 'interfaces') && declared !== undefined;
    for (const [name, networks] of Object.entries(isMap ? declared : {})) {
      const at = [...path, 'interfaces', name];
      if (!checked.isValid(...at)) continue;
      if (networks.length === 0) this.reportAt(at, 'an interface needs a prefix, or internet');
      const behind = networks === 'internet' ? networks : this.addresses(networks, at);
      if (behind === 'internet' || !behind.isEmpty) interfaces.set(name, isInternet(behind) ? 'internet' : behind);
    }
    const valid = checked.validItems(profiles, ...path, 'profiles').map(({ item }) => item);
    return {
      interfaces: interfaces.size > 0 ? interfaces : undefined,
      profiles: valid.length > 0 ? [...new Set(valid)] : undefined,
    };
  }

  private fileEntry(raw: RawFileEntry, index: number): FileEntry {
    const { checked } = this;
    const valid = <Value>(key: string, value: Value | undefined) =>
      checked.isValid('files', index, key) ? value : undefined;
    const require = raw.require && checked.validItems(raw.require, 'files', index, 'require');
    for (const { item: selector, i } of require ?? []) {
      if (this.catalog().select([selector]).unknownSelectors.length === 0) continue;
      this.reportAt(
        ['files', index, 'require', i],
        `"${selector}" ${whyUnknown(this.catalog(), selector, this.faulty)}`,
      );
    }
    const role = valid('role', raw.role);
    const isKnown = role !== undefined && this.catalog().roles.has(role);
    if (role !== undefined && !isKnown) this.reportAt(['files', index, 'role'], this.unknownRole(role));
    const dialect = valid('dialect', raw.dialect);
    if (dialect !== undefined && !DIALECTS.some(({ id }) => id === dialect)) {
      const known = DIALECTS.map(({ id }) => id).join(', ');
      this.reportAt(['files', index, 'dialect'], `unknown dialect "${dialect}"; known are ${known}`);
    }
    return {
      path: ['files', index],
      match: raw.match,
      require: require?.map(({ item }) => item),
      role: isKnown ? role : undefined,
      hook: valid('hook', raw.hook),
      point: valid('point', raw.point),
      dialect,
      ...this.surroundings(raw, 'files', index),
    };
  }

  private unknownRole(role: string): string {
    const known = [...this.catalog().roles.keys()].sort();
    const similar = nearest(role, known);
    if (similar.length > 0) return `unknown role "${role}"; did you mean ${similar.join(', ')}?`;
    if (this.faulty.length > 0) return `unknown role "${role}"; ${inFaultyPacks(this.faulty)}`;
    return `unknown role "${role}"; known are ${listed(known, ROLES_SHOWN)}; lintel catalog roles describes them`;
  }

  private reportAt(path: Path, message: string): void {
    this.report(this.checked.yaml.rangeOf(path), message);
  }

  private report(range: TextRange, message: string): void {
    this.problems.push({ uri: this.checked.uri, range, message });
  }
}

/** How many roles a message lists where none of them is similar to a wrong one. */
const ROLES_SHOWN = 6;

/** All ports of valid texts, without those that are in several. */
function joinedPorts(texts: readonly string[]): string {
  const all = parsePorts(texts.join(','));
  return all ? formatPorts(all) : '';
}

/** Whether an interface leads to the internet; many write its default route. */
function isInternet(behind: IpSet | 'internet'): boolean {
  return behind === 'internet' || ([4, 6] as const).some((family) => behind.containsAll(IpSet.all.ofFamily(family)));
}

/** The addresses of a prefix that has no host bits set; none, with a message, for anything else. */
function prefixOf(text: unknown, report: (message: string) => void): IpSet {
  const prefix = typeof text === 'string' ? parsePrefix(text) : undefined;
  if (!prefix) {
    report(`${JSON.stringify(text) ?? 'nothing'} is not an address or prefix, such as 10.20.0.0/16`);
    return IpSet.empty;
  }
  const set = IpSet.of(prefix);
  const { first } = set;
  if (first && formatAddress(first) !== formatAddress(prefix.address)) {
    report(`"${text}" has host bits set; the prefix is ${formatAddress(first)}/${prefix.length}`);
  }
  return set;
}
