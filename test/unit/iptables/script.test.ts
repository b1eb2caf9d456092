import { expect, it } from 'vitest';
import { modelOf, read } from './fixture.js';

/** The rules that a script leaves in a chain, each with what is unknown about it. */
function rulesOf(commands: string, chain = 'FORWARD', files: Readonly<Record<string, string>> = {}): string[] {
  const model = modelOf(read('firewall.sh', `#!/bin/sh\niptables -P FORWARD DROP\n${commands}`, files));
  const found = model.points.flatMap(({ chains }) => chains).find(({ name }) => name === chain);
  return (found?.rules ?? []).map(({ statement, opaque }) =>
    [statement.text, ...opaque.map(({ text }) => text)].join(' # '),
  );
}

const ACCEPT = 'iptables -A FORWARD -p tcp -j ACCEPT';

it('a command for an unknown table may be for any that has the chain', () => {
  const drop = 'iptables -t $1 -A FORWARD -j DROP';
  expect(rulesOf(`${drop}\n`)).toEqual([`${drop} # -t $1`]);
  expect(rulesOf(`${drop}\n`, 'mangle FORWARD')).toEqual([`${drop} # -t $1`]);
});

it('a deletion by an unknown number may take any rule away', () => {
  expect(rulesOf(`${ACCEPT}\niptables -D FORWARD $1\n`)).toEqual([`${ACCEPT} # not $1`]);
});

it('a replacement by an unknown number may take any rule away', () => {
  const drop = 'iptables -R FORWARD $1 -j DROP';
  expect(rulesOf(`${ACCEPT}\n${drop}\n`)).toEqual([`${drop} # $1`, `${ACCEPT} # not $1`]);
});

it('a list of too many ports is reported each time', () => {
  const ports = Array.from({ length: 16 }, (_, i) => i + 1).join(',');
  const rule = `-A FORWARD -p tcp -m multiport --dports ${ports} -j ACCEPT\n`;
  const { problems } = read('rules.v4', `*filter\n:FORWARD DROP [0:0]\n${rule}${rule}COMMIT\n`);
  expect(problems.filter(({ code }) => code === 'syntax-error')).toHaveLength(2);
});

const CALLED =
  'PORT=22\n[ "$1" = web ] && iptables -A FORWARD -p tcp --dport $PORT -j ACCEPT\niptables -A FORWARD -s $NET -j DROP\nexit\n';

it.each(['./more.sh web', 'sh more.sh web', '/bin/bash -e ./more.sh web'])(
  '%s runs the script with its words',
  (call) => {
    // The variables of the caller are those of the other script only where they are exported.
    expect(rulesOf(`NET=10.0.0.0/8\n${call}\n${ACCEPT}\n`, 'FORWARD', { 'more.sh': CALLED })).toEqual([
      'iptables -A FORWARD -p tcp --dport $PORT -j ACCEPT',
      'iptables -A FORWARD -s $NET -j DROP # -s $NET',
      ACCEPT,
    ]);
  },
);

it('a script that is called and cannot be read is told', () => {
  const { problems } = read('firewall.sh', `#!/bin/sh\n./more.sh\n${ACCEPT}\n`);
  expect(problems.map(({ message }) => message)).toEqual([
    "'./more.sh' cannot be read: what it sets and does is unknown",
  ]);
});

it('a shell that is given a command is no script', () => {
  const { problems } = read('firewall.sh', `#!/bin/sh\nsh -c "logger done"\nbash -s < /dev/stdin\n${ACCEPT}\n`);
  expect(problems).toEqual([]);
});
