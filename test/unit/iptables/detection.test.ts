import { describe, expect, it } from 'vitest';
import { detectDialect } from '../../../server/src/dialects/registry.js';

const LONG = '# what an installer says of itself\n'.repeat(1_500);

describe('a script is recognised', () => {
  it.each([
    ['by commands behind a long beginning', `#!/bin/sh\n${LONG}iptables -A FORWARD -j DROP\n`],
    ['by a command that it keeps in a variable', "#!/bin/sh\nipi='iptables -I INPUT'\n$ipi 1 -j ACCEPT\n"],
    ['by the sets that it makes', `#!/bin/sh\nipset create web hash:ip\n${'ipset add web 192.0.2.1\n'.repeat(20_000)}`],
    ['by the sets that it restores', '#!/bin/sh\nipset -exist restore < /etc/sets\n'],
    ['by a function that runs the command', '#!/bin/sh\nipt() { iptables -w "$@"; }\nipt -A INPUT -j DROP\n'],
    ['by a command that it keeps in an array', '#!/bin/bash\nRUN=(/sbin/iptables -w)\n'],
  ])('%s', (_, text) => {
    expect(detectDialect('/setup', text)?.id).toBe('iptables');
  });

  it('not where it only talks of iptables', () => {
    expect(detectDialect('/setup', '#!/bin/sh\necho "needs iptables"\nNEEDS="iptables-persistent"\n')).toBeUndefined();
  });
});
