// What the lines of class maps and policy maps say that are about the quality of service.

/** What makes a packet one of a class. */
export type QosCriterion =
  | { readonly kind: 'list' | 'class' | 'interface'; readonly name: string }
  | { readonly kind: 'any' | 'IPv4' | 'IPv6' }
  /** One that cannot be evaluated from the file: marks, lengths, and what is recognised by content. */
  | { readonly kind: 'unknown' };

/** What a limit of rate does with packets that keep to the rate, or that do not. */
export type PolicedPackets = 'conform' | 'exceed' | 'violate';

/** Which of them a line drops; packets that it does not name stay as they are. */
export type PoliceActions = Readonly<Partial<Record<PolicedPackets, 'drop' | 'other'>>>;

export type QosLine =
  | { readonly kind: 'class-map'; readonly name: string; readonly match: 'any' | 'all'; readonly remove: boolean }
  | {
      readonly kind: 'criterion';
      readonly criterion: QosCriterion;
      /** Whether a packet is to meet it or not to. */
      readonly negated: boolean;
      readonly text: string;
      readonly remove: boolean;
    }
  | { readonly kind: 'policy-map'; readonly name: string; readonly remove: boolean }
  | {
      readonly kind: 'class';
      readonly name: string;
      /** The class that a new one is put before. */
      readonly before: string | undefined;
      readonly remove: boolean;
    }
  | { readonly kind: 'drop'; readonly remove: boolean }
  /** `begins`: the line replaces the limit; otherwise it is a part of it. */
  | { readonly kind: 'police'; readonly begins: boolean; readonly actions: PoliceActions; readonly remove: boolean }
  /** A policy for the packets of a class. */
  | { readonly kind: 'child'; readonly name: string; readonly remove: boolean }
  | {
      readonly kind: 'attach';
      readonly policy: string;
      /** Absent for both. */
      readonly direction: 'in' | 'out' | undefined;
      /** Of an ASA: the name of the interface; absent for every one. On routers, the interface whose section it is in. */
      readonly interface: string | undefined;
      readonly remove: boolean;
    };
