// The source ports that clients use for media in one network, instead of those that documents give as the default.

import { MEDIA, type Media, type Requirement } from './requirement.js';

/** Source ports as requirements write them: for all media together, and for each where they are told apart. */
export interface MediaPorts {
  readonly all: string;
  /** Without it any kind of media may use any port of {@link all}. */
  readonly each?: Readonly<Record<Media, string>>;
}

/** A requirement for the source ports that clients use in a network; itself where it is not about these ports. */
export function withMediaPorts(requirement: Requirement, { all, each }: MediaPorts): Requirement {
  const { sourcePortsSetting, sourcePortsDefaultOf, ...flow } = requirement.flow;
  const media = MEDIA.find((kind) => sourcePortsDefaultOf === `media-ports.${kind}`);
  if (sourcePortsSetting === undefined && sourcePortsDefaultOf === undefined) return requirement;
  return { ...requirement, flow: { ...flow, sourcePorts: (media && each?.[media]) ?? all } };
}
