// What looking for newer addresses brings: of the endpoint list of a cloud, and of the feeds of a pack.
import type { PackDiff } from './diff.js';
import type { ChangeNotice } from './endpoints-service.js';

/**
 * The result for one subject: the cloud of an endpoint list, or a pack with feeds. What is to be used is a text, to be stored
 * under the name of its subject.
 */
export type UpdateResult =
  | UpToDate
  | Update
  /** Nobody but a person can find the file of the day, which a page leads to. */
  | { readonly kind: 'by-hand'; readonly subject: string; readonly page: string }
  | { readonly kind: 'failed'; readonly subject: string; readonly reason: string }
  | { readonly kind: 'cancelled'; readonly subject: string };

export interface UpToDate {
  readonly kind: 'up-to-date';
  readonly subject: string;
  /** The version of a list; of feeds, which have none, the day on which the copy in use was made. */
  readonly version: string;
  /** To be stored all the same: it says that the copy was good on a later day. */
  readonly text?: string;
}

/** Something that differs from what is in use. */
export interface Update {
  readonly kind: 'update';
  readonly subject: string;
  readonly version: string;
  readonly text: string;
  readonly diff: PackDiff;
  /** Why it should be read before it is used; empty where nothing is unusual. */
  readonly doubts: readonly string[];
  /** The change notices of the service, oldest first; empty where none were requested or published. */
  readonly notices: readonly ChangeNotice[];
}
