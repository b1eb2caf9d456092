// A network that is shut while another one is served may be meant to be: nothing opens it but a person.
import { expect, it } from 'vitest';
import { cisco } from '../../../server/src/dialects/cisco/index.js';
import type { CheckRequest } from '../../../server/src/service/checks.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { MemoryFiles } from '../service/toy.js';

const REQUEST: CheckRequest = { require: ['m365-worldwide/11/udp'], severity: {}, cloud: 'worldwide' };
const URI = 'file:///network/core.ios';

const TEXT = `ip access-list extended GUESTS
 permit udp any any eq domain
 deny udp any any
 permit ip any any
interface Vlan10
 ip address 10.10.0.1 255.255.0.0
interface Vlan20
 ip address 10.20.0.1 255.255.0.0
 ip access-group GUESTS in
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.252
ip route 0.0.0.0 0.0.0.0 203.0.113.1
`;

async function fixedWith(workspace: string) {
  const service = new LanguageService(new MemoryFiles(new Map([['file:///network/lintel.yaml', workspace]])));
  service.setFolders(['file:///network']);
  service.put(URI, cisco, TEXT);
  return (await service.fixAll(URI, REQUEST))?.edits ?? [];
}

it('fixing everything opens a network that is shut only where clients are declared there', async () => {
  expect(await fixedWith('')).toEqual([]);
  expect(await fixedWith('roles: { clients: [10.10.0.0/16] }\n')).toEqual([]);
  expect(await fixedWith('roles: { clients: [10.20.0.0/16] }\n')).not.toEqual([]);
});
