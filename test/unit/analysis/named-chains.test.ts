// `point` of lintel.yaml: hooks, lists and chains by their names.
import { describe, expect, it } from 'vitest';
import { iptables } from '../../../server/src/dialects/iptables/index.js';
import { nftables } from '../../../server/src/dialects/nftables/index.js';
import type { CheckRequest } from '../../../server/src/service/checks.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { MemoryFiles } from '../service/toy.js';

const REQUEST: CheckRequest = { require: ['m365-worldwide/11/udp'], severity: {}, cloud: 'worldwide' };

const NFT = `table inet filter {
	chain clients-out {
		udp dport 3478-3481 accept
		tcp dport 443 drop
	}
	chain printers-out {
		ip daddr 10.0.0.0/8 accept
	}
	chain empty {
	}
	chain router-in {
		type filter hook forward priority filter; policy drop;
		ct state established accept
		udp dport 3480 drop
		iifname "lan0" jump clients-out
	}
	chain host-in {
		type filter hook input priority filter; policy drop;
	}
}
`;

const IPTABLES = `*filter
:FORWARD DROP [0:0]
:CLIENTS-OUT - [0:0]
-A FORWARD -j CLIENTS-OUT
-A CLIENTS-OUT -p udp --dport 3478:3481 -j ACCEPT
COMMIT
`;

async function statusAt(point: string, dialect = nftables as typeof nftables | typeof iptables, text = NFT) {
  const lintel = `files:\n  - match: edge\n    point: ${point}\n`;
  const service = new LanguageService(new MemoryFiles(new Map([['file:///network/lintel.yaml', lintel]])));
  service.setFolders(['file:///network']);
  service.put('file:///network/edge', dialect, text);
  const examined = await service.examine('file:///network/edge', REQUEST);
  const [evaluation] = examined?.analysis.evaluations ?? [];
  const { status, reason } = evaluation?.verdict ?? {};
  return status === 'undecided' || status === 'not-applicable' ? `${status}: ${reason}` : status;
}

describe('a point of lintel.yaml', () => {
  it.each(['forward', 'router-in', 'filter router-in', 'inet filter router-in'])(
    'is where packets pass the base chain that it names: %s',
    async (point) => {
      expect(await statusAt(point)).toBe('partial');
    },
  );

  it('is a chain alone where no hook leads to it by itself', async () => {
    expect(await statusAt('clients-out')).toBe('met');
    expect(await statusAt('inet filter clients-out')).toBe('met');
    expect(await statusAt('CLIENTS-OUT', iptables, IPTABLES)).toBe('met');
  });

  it('leaves open what becomes of packets that return from a chain', async () => {
    expect(await statusAt('printers-out')).toBe(
      'undecided: it depends on the chains that jump to inet filter printers-out',
    );
  });

  it('is none where the file has no chain of that name', async () => {
    expect(await statusAt('clients')).toBe('not-applicable: the file has no clients');
    expect(await statusAt('empty')).toBe('not-applicable: the file has no empty');
  });
});
