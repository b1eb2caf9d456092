// Reads the section `proxy`: bypass, TLS inspection and login.
import type { QuotedLine } from '../../../model/evidence.js';
import { IpSet } from '../../../model/ip.js';
import type { Part } from '../syntax/reader.js';
import type { Choice, HostList, SectionReader } from './section-reader.js';

export interface ProxySection {
  readonly default: Choice<'proxy' | 'direct'>;
  readonly bypass: HostList;
  readonly inspection: { readonly default: Choice<'inspect' | 'none'>; readonly exceptions: HostList } | undefined;
  readonly login:
    | {
        readonly required: Choice<boolean>;
        readonly hosts: HostList;
        readonly clients: IpSet;
        readonly clientsStatement: QuotedLine | undefined;
        readonly clientsUnclear: boolean;
      }
    | undefined;
}

export function readProxy(sections: SectionReader, section: Part | undefined): ProxySection | undefined {
  if (!section) return undefined;
  const { reader } = sections;
  const inspection = reader.child(section, 'inspection');
  const login = reader.child(section, 'login');
  return {
    default: sections.choice(section, 'default', ['proxy', 'direct'], 'proxy'),
    bypass: sections.hostList(reader.child(section, 'bypass')),
    inspection: inspection && {
      default: sections.choice(inspection, 'default', ['inspect', 'none'], 'inspect'),
      exceptions: sections.hostList(reader.child(inspection, 'exceptions')),
    },
    login: login && readLogin(sections, login),
  };
}

function readLogin(sections: SectionReader, section: Part): ProxySection['login'] {
  const { reader } = sections;
  const exemptions = reader.child(section, 'exemptions');
  const clients = reader.child(exemptions, 'clients');
  const read = clients && sections.addresses(clients);
  return {
    required: sections.choice(section, 'required', [true, false], true),
    hosts: sections.hostList(reader.child(exemptions, 'hosts')),
    clients: read?.value ?? IpSet.empty,
    clientsStatement: clients && reader.pairStatement(clients),
    clientsUnclear: read?.isUnclear ?? false,
  };
}
