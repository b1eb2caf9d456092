// Reads the section `ipsec`: what is protected, and what is exempt.
import type { QuotedLine } from '../../../model/evidence.js';
import { IpSet } from '../../../model/ip.js';
import type { Path } from '../../../yaml/yaml-text.js';
import type { Part } from '../syntax/reader.js';
import type { Choice, SectionReader, Service } from './section-reader.js';

export interface Exemption extends Service {
  readonly path: Path;
  readonly statement: QuotedLine;
  readonly peers: IpSet;
  readonly isUnclear: boolean;
}

export interface IpsecSection {
  readonly required: Choice<boolean>;
  readonly exempt: readonly Exemption[];
  /** The list of exemptions, where it cannot be read. */
  readonly unclear: QuotedLine | undefined;
}

export function readIpsec(sections: SectionReader, section: Part | undefined): IpsecSection | undefined {
  if (!section) return undefined;
  const { reader } = sections;
  const exempt = reader.child(section, 'exempt');
  return {
    required: sections.choice(section, 'required', [true, false], true),
    exempt: exempt ? reader.items(exempt).map((part) => readExemption(sections, part)) : [],
    unclear: exempt && !reader.accepts(exempt) ? reader.pairStatement(exempt) : undefined,
  };
}

function readExemption(sections: SectionReader, part: Part): Exemption {
  const { reader } = sections;
  const unclear = new Set<string>();
  const peers = reader.child(part, 'peers');
  const read = peers ? sections.addresses(peers) : { value: IpSet.all, isUnclear: false };
  const service = sections.service(part, unclear);
  return {
    path: part.path,
    statement: reader.statement(part),
    peers: read.value,
    ...service,
    isUnclear: read.isUnclear || unclear.size > 0 || !reader.accepts(part) || !reader.isComplete(part),
  };
}
