// What a dialect is: the contract between a configuration language and the analysis.
import type { FindingCode } from '../model/codes.js';
import type { QuotedLine } from '../model/evidence.js';
import type { HostSet } from '../model/hosts.js';
import type { IpSet } from '../model/ip.js';
import type { Model } from '../model/model.js';
import type { PacketSet } from '../model/packets.js';
import type { PortSet } from '../model/ports.js';
import type { FileEdit, TextEdit } from '../text/edit.js';
import type { Location, TextRange } from '../text/range.js';
import type { WordTable } from './shared/words.js';

/** One text under a stable name. `uri` is the only identity of a file below the front ends. */
export interface Source {
  readonly uri: string;
  readonly text: string;
  /** Whether the file has a byte order mark before the text, where that is known: editors do not tell. */
  readonly byteOrderMark?: boolean;
}

/** Why an included file could not be read. */
export type Unavailable = 'missing' | 'outside-workspace' | 'unreadable' | 'too-large';

/**
 * The files that a document may include. Synchronous: the language service loads what was requested and analyses again,
 * so that a dialect stays a pure function. A file that is not loaded yet gives `'missing'`.
 */
export interface Sources {
  read(uri: string): Source | Unavailable;
  /** The URIs that a pattern with `*`, `?` and `[…]` in its last segment matches, sorted by name. */
  list(pattern: string): readonly string[];
  /** The folders that a document may reach into; the first is the one that holds it. */
  readonly roots: readonly string[];
  /** The values that the workspace names for variables of templates. */
  readonly variables?: ReadonlyMap<string, unknown> | undefined;
  /** The version of squid that the workspace names, such as `5.7`. */
  readonly squid?: string | undefined;
}

/** A problem of the file itself that does not depend on requirements. */
export interface Problem extends Location {
  readonly code: FindingCode;
  readonly message: string;
  readonly related?: readonly (Location & { readonly message: string })[];
  /** The edits that fix it, where there is only one sensible fix. */
  readonly fix?: { readonly title: string; readonly edits: readonly FileEdit[] };
  /** Of an unused name that says where a part of the network is, if requirements know a role of this name: then it is used. */
  readonly asRole?: string;
}

/** The smallest piece of a text that its grammar names. */
export interface SourceToken extends TextRange {
  readonly kind: string;
  readonly text: string;
}

/** A name that a file defines and uses: an acl, a chain, a variable, a function. */
export interface NameUse extends Location {
  readonly name: string;
  /** The namespace of the name: `acl`, `cache_peer`, `function`, `variable`. */
  readonly kind: string;
  readonly role: 'definition' | 'reference';
}

/** An entry of the outline. */
export interface OutlineItem {
  readonly name: string;
  readonly detail: string;
  readonly kind: 'function' | 'variable' | 'rule' | 'list' | 'section' | 'port';
  readonly range: TextRange;
  readonly nameRange: TextRange;
  readonly children: readonly OutlineItem[];
}

/** What is at an offset, for hover. The service adds what the catalog says about hosts, addresses and ports. */
export type Entity =
  | { readonly kind: 'keyword'; readonly range: TextRange; readonly markdown: string }
  | { readonly kind: 'name'; readonly range: TextRange; readonly markdown: string }
  | { readonly kind: 'host'; readonly range: TextRange; readonly host: string }
  | { readonly kind: 'address'; readonly range: TextRange; readonly prefix: string }
  | { readonly kind: 'port'; readonly range: TextRange; readonly port: number };

/** Names to which the workspace gives a meaning, for languages that may use them. */
export interface Vocabulary {
  /** Parts of a network, such as `clients` or `front-end`, each with its description. */
  readonly roles: ReadonlyMap<string, string>;
  /** For a workspace file: the names that fit where something is typed; absent where any may be meant. */
  readonly fitting?: FittingNames | undefined;
}

/** Names that can be written at one place, of keys or of values. */
export interface FittingNames {
  readonly role: 'key' | 'value';
  readonly names: readonly string[];
}

export interface CompletionItem {
  readonly label: string;
  readonly kind: 'keyword' | 'type' | 'name' | 'function' | 'value' | 'snippet';
  readonly detail: string;
  readonly documentation?: string;
  /** Replaces {@link Completions.range}. Of a snippet, in the syntax of the Language Server Protocol: `$1`, `${2:any}`. */
  readonly insertText: string;
  /** Its place in the list: lower comes first, and within a rank the label decides. Absent: after those that documents list. */
  readonly rank?: number;
}

export interface Completions {
  readonly range: TextRange;
  readonly items: readonly CompletionItem[];
  /** Whether the path of another file stands there, from the folder of this file on. */
  readonly path?: 'file';
  /** Whether nothing else can stand there: no host, network or port that documents list. */
  readonly closed?: boolean;
  /** Whether they are members of what stands before a dot, which opens no other list. */
  readonly areMembers?: boolean;
}

/** How a text is to be formatted, and where: whole lines of a range, or all. */
export interface FormatStyle {
  readonly indent: string;
  readonly range?: TextRange | undefined;
}

/** What is said beside a text of what it does not show: what is in a list that it names, and what happens where nothing is written. */
export interface ContentHint {
  readonly about: 'content' | 'default';
  readonly offset: number;
  readonly label: string;
  readonly tooltip: string;
}

/** The form of a command or a call that is being written. */
export interface Signature {
  readonly label: string;
  readonly documentation?: string;
  readonly parameters: readonly {
    /** Its place in the label. */
    readonly range: TextRange;
    readonly documentation?: string;
  }[];
  /** The parameter that is being written; `undefined` where it is none of them. */
  readonly active: number | undefined;
}

/** What a file is to do, stated without reference to any document. */
export type Change = ProxyChange | FilterChange | FilterDenial;

/** Packets that a packet filter is to permit. */
export interface FilterChange {
  readonly goal: 'permit-packets';
  /** What is not permitted yet: the minimum that has to be permitted. */
  readonly missing: PacketSet;
  /** Replies of these connections that a stateless filter denies, from server to client; mostly none. */
  readonly replies: PacketSet;
  /** All that the requirement lists; nothing beyond it may be permitted. */
  readonly allowed: PacketSet;
  /** The same, apart for each requirement. */
  readonly needs: readonly PacketSet[];
  /** What of {@link missing} others than clients send first, which need not come in where the clients of other rules do. */
  readonly fromOthers: PacketSet;
  /** The statements that prevent it. */
  readonly decidedBy: readonly QuotedLine[];
  /** The name of the filter point that was evaluated, as its model calls it. */
  readonly point: string;
  /** A short lower-case word to derive new names from: `teams`, `exchange`. */
  readonly label: string;
  /** What it is for, in words, for names that people read: `Microsoft Teams`. May have any character in it. */
  readonly title?: string | undefined;
}

/** Packets that a packet filter is to deny. */
export interface FilterDenial {
  readonly goal: 'deny-packets';
  /** What passes and must not: the minimum that has to be denied. */
  readonly passing: PacketSet;
  /** All that may be denied for it; nothing beyond it may. */
  readonly deniable: PacketSet;
  /** The statements that let it pass. */
  readonly decidedBy: readonly QuotedLine[];
  /** The name of the filter point that was evaluated, as its model calls it. */
  readonly point: string;
  /** A short lower-case word to derive new names from: `egress-hygiene`. */
  readonly label: string;
  /** What is denied, in words, for names that people read. May have any character in it. */
  readonly title?: string | undefined;
}

/** A treatment that a proxy is to give to some hosts. */
export interface ProxyChange {
  readonly goal: 'bypass' | 'permit' | 'no-decrypt' | 'no-login';
  /** Patterns as their document writes them (`*.teams.microsoft.com`, `teams.microsoft.com`). */
  readonly hosts: readonly string[];
  /** Ports to permit for `permit`. */
  readonly ports: readonly number[];
  /** Absent for TCP. */
  readonly protocol?: 'udp';
  /** Only these clients need it; `undefined` for every client. */
  readonly clients: IpSet | undefined;
  /** The statements that prevent it. */
  readonly decidedBy: readonly QuotedLine[];
  /** A short lower-case word to derive new names from: `teams`, `exchange`. */
  readonly label: string;
  /** What it is for, in words, for names that people read: `Microsoft Teams`. May have any character in it. */
  readonly title?: string | undefined;
  /** The hosts as a set, for dialects that look for existing entries. */
  readonly hostSet: HostSet;
}

/** Ports of one protocol, by its number. */
export interface PacketService {
  readonly protocol: number;
  readonly ports: PortSet;
}

/** A rule of a packet filter that is to match less: in addition to its present conditions, only these destinations or services. */
export interface Narrowing {
  readonly rule: QuotedLine;
  readonly only: { readonly destination: IpSet } | { readonly services: readonly PacketService[] };
}

/** Edits that are offered only if a new analysis of the edited text proves them. */
export interface Proposal {
  readonly edits: readonly FileEdit[];
}

/** Edits that are expected to make a change. */
export interface Candidate extends Proposal {
  /** Where it is written, or how, as the end of a title behind what it is for: `in LAN-OUT`, `with 3 rules`. */
  readonly place: string;
}

/** A host pattern or address range that a file names, for comparison with withdrawn endpoints. */
export interface EndpointUse extends Location {
  /** A host, `*.`-wildcards allowed; or a prefix as `address/length`. */
  readonly endpoint: { readonly host: string } | { readonly prefix: string };
  /** The edit that drops exactly this endpoint, where dropping it leaves a well-formed file. */
  readonly removal?: readonly FileEdit[];
}

/** What endpoints are looked for by. */
export interface EndpointCondition {
  (endpoint: EndpointUse['endpoint']): boolean;
  /**
   * A prefix satisfies it only if the address in it is one of these; absent where any may be. Of a hundred thousand prefixes that a
   * file may name, nearly all are told apart by this, as numbers, before a text is made of them.
   */
  readonly addresses?: IpSet;
  /** A host satisfies it only if, in small letters and without `*.`, it is one of these; absent where any may be. */
  readonly domains?: ReadonlySet<string>;
}

/**
 * A file with everything that follows from it alone, in three steps: the tree is its text as written, the program is what
 * the device or server would hold after reading it and its includes, and the model is what that means for traffic.
 */
export interface Document<Tree = unknown, Program = unknown> {
  readonly source: Source;
  readonly tree: Tree;
  readonly program: Program;
  readonly model: Model;
  readonly problems: readonly Problem[];
  /** Definitions and references in this file and in the files that it includes. */
  readonly names: readonly NameUse[];
  /** Those of {@link names} on the lines of a range of this file, for files that have hundreds of thousands. */
  namesWithin?(range: TextRange): readonly NameUse[];
  /** Hosts and prefixes that it names, in this file and in the files that it includes. */
  readonly endpoints: readonly EndpointUse[];
  /**
   * Those of {@link endpoints} that satisfy a condition, for files that name thousands. The condition depends on the endpoint
   * alone; a dialect that keeps the unchanged parts of a file applies the same condition only once to each of them.
   * @param within the part of this file that they are looked for in, for a condition that is asked once; whatever is found beside it is a
   *   gift
   */
  endpointsWhere?(condition: EndpointCondition, within?: TextRange): readonly EndpointUse[];
  /** The files that were read for it, itself excluded; analysed again when one of them changes. */
  readonly dependencies: readonly string[];
}

/** What is known of a language before its code is loaded: how files of it are recognised, and how their bytes are read. */
export interface Recognition {
  /** Also the VS Code language id. */
  readonly id: string;
  readonly title: string;
  /** Language ids of other extensions whose documents may be of this dialect; the content decides. */
  readonly hostLanguages?: readonly string[];
  /** What begins a comment on a line alone in this file; `undefined` where its language has none. */
  lineComment(source: Source): string | undefined;
  /** Whether the program that reads a file accepts UTF-16 with a byte order mark; absent: such a file is rejected. */
  readsUtf16?(source: Source): boolean;
  /** Whether the program that reads these files takes a UTF-8 byte order mark for part of the first word, and rejects the file. */
  readonly refusesByteOrderMark?: boolean;
  /** Whether a file may read others, seen at its text without parsing it; absent: files of this dialect never do. */
  mayInclude?(text: string): boolean;
  /** The confidence, from the path and the beginning of the text, that a file is of this dialect: 0 (not) to 1 (certain). */
  detect(path: string, text: string): number;
}

/** A language that files are read in, whose code is loaded with the first of them. */
export interface LoadedLater extends Recognition {
  load(): Promise<Dialect>;
}

export type Language = Dialect | LoadedLater;

/**
 * One configuration language. Total: no method throws, for any text. A dialect does not depend on requirements, on
 * editors or on files other than those from {@link Sources}.
 */
export interface Dialect<Tree = unknown, Program = unknown> extends Recognition {
  /** Every known word of the language, with its effect on verdicts. */
  readonly words?: WordTable;
  /** Reads a text into a tree. `previous` is the tree of an earlier version, whose unchanged parts may be reused. */
  parse(source: Source, previous?: Tree): Tree;
  /** The tokens of a text, for inspecting the parser; absent where the parser has no tokens. */
  tokens?(source: Source): readonly SourceToken[];
  /** Follows includes, builds the program and the model, and finds defects. */
  lower(source: Source, tree: Tree, sources: Sources): Document<Tree, Program>;
  /** Proposals for a change, best first, each in the file's own idiom. */
  emit(document: Document<Tree, Program>, change: Change, sources: Sources): readonly Candidate[];
  /** Why no proposal can make a change, as the end of a sentence; `undefined` where one may, or where no more is known. */
  obstacleTo?(document: Document<Tree, Program>, change: Change): string | undefined;
  /** Proposals that make one rule match less; absent where rules cannot be written so. */
  narrow?(document: Document<Tree, Program>, narrowing: Narrowing, sources: Sources): readonly Proposal[];
  /**
   * Why `name` is invalid for a kind of {@link NameUse}, as a clause to show to users; `undefined` where it is valid.
   * Absent where no names can be changed.
   */
  nameFault?(kind: string, name: string): string | undefined;
  outline(document: Document<Tree, Program>): readonly OutlineItem[];
  entityAt(document: Document<Tree, Program>, offset: number, vocabulary?: Vocabulary): Entity | undefined;
  completionsAt(document: Document<Tree, Program>, offset: number, vocabulary?: Vocabulary): Completions | undefined;
  /** The command or call around an offset; absent where the language has none whose form is known. */
  signatureAt?(document: Document<Tree, Program>, offset: number): Signature | undefined;
  /** What is said beside the lines of a range; absent where the language has nothing of the kind. */
  hintsIn?(document: Document<Tree, Program>, range: TextRange): readonly ContentHint[];
  /** The edits that give a text its usual form and keep its meaning and comments; absent where there is no such form. */
  format?(document: Document<Tree, Program>, style: FormatStyle): readonly TextEdit[];
  foldingRanges(document: Document<Tree, Program>): readonly TextRange[];
}

/** The code of a language. */
export async function loaded(language: Language): Promise<Dialect> {
  return 'load' in language ? language.load() : language;
}
