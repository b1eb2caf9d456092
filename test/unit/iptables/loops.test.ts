// Loops of scripts that the text of the script decides are carried out; all others leave what depends on them open.
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { modelOf, read } from './fixture.js';

/** What the rules that a script makes in FORWARD match, in their order; `?` for a rule that is not certain. */
function destinationsOf(commands: string, shell = '/bin/bash'): unknown[] {
  const model = modelOf(read('firewall.sh', `#!${shell}\niptables -P FORWARD DROP\n${commands}`));
  const chain = model.points.flatMap(({ chains }) => chains).find(({ name }) => name === 'FORWARD');
  return (chain?.rules ?? []).map(({ opaque, match }) => {
    return opaque.length > 0 ? '?' : match.map(({ destination }) => destination);
  });
}

const ACCEPT = 'iptables -A FORWARD -j ACCEPT -d';

const DECIDED: Readonly<Record<string, string>> = {
  seq: `for i in $(seq 1 3); do ${ACCEPT} 10.0.$i.0/24; done`,
  'seq with a step, counting down': `for i in \`seq 9 -4 1\`; do ${ACCEPT} 10.0.$i.0/24; done`,
  'seq up to a variable': `n=2; for i in $(seq $n); do ${ACCEPT} 10.0.$i.0/24; done`,
  'seq of nothing': `for i in $(seq 3 1); do ${ACCEPT} 10.0.$i.0/24; done; ${ACCEPT} 10.0.0.1`,
  braces: `for net in 10.{1..2}.{7,9}.0/24; do ${ACCEPT} $net; done`,
  'the words of echo': `nets="10.1.0.0/16 10.2.0.0/16"; for net in $(echo $nets); do ${ACCEPT} $net; done`,
  'a here-document': `while read -r net; do ${ACCEPT} $net; done <<EOF\n10.1.0.0/16\n10.2.0.0/16\nEOF`,
  'several fields': `while read name net rest; do ${ACCEPT} $net; done <<'EOF'\na 10.1.0.0/16 # first\nb   10.2.0.0/16\nEOF`,
  'fields with a separator': `while IFS=, read -r a net; do ${ACCEPT} $net; done <<< "x,10.1.0.0/16"`,
  'lines that are skipped': `while read -r net; do [ -z "$net" ] && continue; case "$net" in \\#*) continue;; esac; ${ACCEPT} $net; done <<EOF\n# nets\n\n10.1.0.0/16\nEOF`,
  'what echo prints': `echo "10.1.0.0/16" | while read net; do ${ACCEPT} $net; done`,
  'a last line without an end': `printf '10.1.0.0/16\\n10.2.0.0/16' | while read net; do ${ACCEPT} $net; done`,
  'that line too': `printf '10.1.0.0/16\\n10.2.0.0/16' | while read net || [ -n "$net" ]; do ${ACCEPT} $net; done`,
  mapfile: `mapfile -t nets <<X\n10.1.0.0/16\n10.2.0.0/16\nX\nfor net in "\${nets[@]}"; do ${ACCEPT} "$net"; done`,
  'a count in parentheses': `for ((i = 0; i < 3; i++)); do ${ACCEPT} 10.0.$i.0/24; done`,
  'a test that ends': `i=1; while [ $i -le 3 ]; do ${ACCEPT} 10.0.$i.0/24; i=$((i + 1)); done; ${ACCEPT} 10.9.$i.0/24`,
  until: `i=1; until (( i > 3 )); do ${ACCEPT} 10.0.$i.0/24; ((i += 2)); done`,
  'let and increments': `i=1; let i++; ${ACCEPT} 10.0.$i.0/24; ((++i)); ${ACCEPT} 10.0.$i.0/24; ${ACCEPT} 10.0.$((i++ * 2 - 1)).0/24; ${ACCEPT} 10.0.$i.0/24`,
  'a loop that is left': `for i in {1..9}; do [ $i -eq 3 ] && break; ${ACCEPT} 10.0.$i.0/24; done`,
};

const hasBash = spawnSync('bash', ['-c', 'true']).status === 0;

describe('a loop that the script decides makes the rules that bash makes', () => {
  it.skipIf(!hasBash).each(Object.entries(DECIDED))('%s', (_, commands) => {
    const printed = spawnSync('bash', ['-c', `iptables() { echo "\${@: -1}"; }\n${commands}`], {
      encoding: 'utf8',
    }).stdout;
    const wanted = printed.trim().split('\n');
    expect(destinationsOf(commands)).toEqual(destinationsOf(wanted.map((net) => `${ACCEPT} ${net}`).join('\n')));
    expect(destinationsOf(commands)).not.toContain('?');
  });
});

describe('what only a run would show stays open', () => {
  it.each([
    `while read -r net; do ${ACCEPT} $net; done < nets.txt`,
    `cat nets.txt | while read -r net; do ${ACCEPT} $net; done`,
    `nets=(10.1.0.0/16); mapfile -t nets < nets.txt; for net in "\${nets[@]}"; do ${ACCEPT} $net; done`,
    `i=1; ((i > 5 && (i = 2))); ${ACCEPT} 10.0.$i.0/24`,
    `i=1; let i=$RANDOM; ${ACCEPT} 10.0.$i.0/24`,
    `i=1; printf -v i '%s' 2; ${ACCEPT} 10.0.$i.0/24`,
    `i=1; eval "i=$N"; ${ACCEPT} 10.0.$i.0/24`,
    `i=1; while true; do ${ACCEPT} 10.0.$i.0/24; let i++; done`,
    `for i in $(seq 1 $N); do ${ACCEPT} 10.0.$i.0/24; done`,
    `while read a; do read b; ${ACCEPT} $a; done <<X\n10.1.0.0/16\n10.2.0.0/16\nX`,
    `for ((i = 0; i < N; i++)); do ${ACCEPT} 10.0.$i.0/24; done`,
  ])('%s', (commands) => {
    const found = destinationsOf(commands);
    expect(found.length).toBeGreaterThan(0);
    expect(new Set(found)).toEqual(new Set(['?']));
  });

  it('braces in a script for sh', () => {
    expect(destinationsOf(`for i in {1..2}; do ${ACCEPT} 10.0.$i.0/24; done`, '/bin/sh')).toEqual(['?']);
  });
});
