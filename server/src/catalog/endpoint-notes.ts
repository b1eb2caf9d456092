// What documents say about endpoint sets beyond the published list.
import type { Cloud, Requirement, RequirementKind } from './requirement.js';

/** A document as packs and notes declare it under a short name. */
export interface SourceDocument {
  readonly title: string;
  readonly url: string;
  readonly revision?: string;
}

/** A section of a declared document. */
export interface SourceReference {
  readonly document: string;
  readonly section?: string;
}

/** What the documents ask for endpoint sets of some categories and services, besides reachability. */
export interface Treatment {
  /** The last part of the requirement's id. */
  readonly aspect: string;
  readonly kind: Exclude<RequirementKind, 'reach' | 'no-ipsec'>;
  readonly categories: readonly NonNullable<Requirement['category']>[];
  /** Tags of service areas. */
  readonly services: readonly string[];
  /** The flow that a set needs for the note to apply: `web` is TCP 80 and 443, `any` is TCP and otherwise UDP. */
  readonly transport: 'any' | 'tcp' | 'web';
  /** The role that connects; clients where absent. */
  readonly from?: string;
  /** The aspect of the same set that this one narrows. */
  readonly refines?: string;
  /** See {@link Requirement.alongWith}. */
  readonly alongWith?: string;
  readonly tags?: readonly string[];
  readonly title: string;
  readonly why: string;
  readonly source: SourceReference;
  readonly alsoDocumentedIn?: readonly SourceReference[];
}

/** Who connects to some ports of a set, where these are not clients. */
export interface Asker {
  readonly protocol: 'tcp' | 'udp';
  readonly ports: string;
  readonly role: string;
  /** What depends on these ports, where it differs from what the set is for. */
  readonly why?: string;
}

/** The texts for one endpoint set. */
export interface SetNote {
  readonly title: string;
  readonly why: string;
  /** The list tells no ports apart by who connects; the documents do. */
  readonly askers?: readonly Asker[];
  /** Further documents that ask to reach the set, by protocol. */
  readonly alsoDocumentedIn?: Readonly<Partial<Record<'tcp' | 'udp', readonly SourceReference[]>>>;
}

/** The texts that go with the endpoints web service's data: `catalog/endpoints/notes.yaml`. */
export interface EndpointNotes {
  readonly documents: Readonly<Record<string, SourceDocument>>;
  readonly roles: Readonly<Record<string, string>>;
  /** By the service area's name in the data. */
  readonly services: Readonly<Record<string, { readonly tag: string; readonly title: string; readonly why: string }>>;
  readonly treatments: readonly Treatment[];
  readonly clouds: Readonly<
    Record<
      Cloud,
      {
        readonly title: string;
        readonly document: SourceDocument;
        /** By the set's number. */
        readonly sets: Readonly<Record<string, SetNote>>;
      }
    >
  >;
  /** Endpoints that a cloud's list no longer contains. */
  readonly retired: Readonly<
    Partial<
      Record<
        Cloud,
        readonly {
          readonly prefix?: string;
          readonly host?: string;
          readonly sets: readonly number[];
          readonly lastSeen: string;
        }[]
      >
    >
  >;
}
