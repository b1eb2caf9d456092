// Runs in a network namespace of its own: squid, its clients and the servers around it. Reads experiments from standard
// input and writes what came of them; see namespace.ts.
import { execFileSync } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { ORIGIN_ADDRESS, observe, observeRedirected, TestNetwork } from './harness.js';
import type { Experiment, Outcome, RequestAt } from './namespace.js';

/** Redirects what a client sends to the origin; what squid and the parent send comes from other addresses. */
function redirect({ port, client, entry }: RequestAt): void {
  const iptables = (...words: readonly string[]) => execFileSync('iptables', ['-t', 'nat', ...words]);
  iptables('-F', 'OUTPUT');
  if (!entry.intercepts) return;
  const connections = ['-s', client, '-d', ORIGIN_ADDRESS, '-p', 'tcp', '--dport', `${port}`];
  iptables('-A', 'OUTPUT', ...connections, '-j', 'REDIRECT', '--to-ports', `${entry.port}`);
}

async function run(network: TestNetwork, { configuration, requests }: Experiment): Promise<Outcome> {
  const complaint = network.complaint(configuration);
  if (complaint !== undefined) return { complaint, observations: [] };
  return network.withSquidAsWritten(configuration, async () => {
    const observations = [];
    for (const request of requests) {
      redirect(request);
      const { entry } = request;
      observations.push(
        entry.intercepts ? await observeRedirected(network, request) : await observe(network, entry.port, request),
      );
    }
    return { observations };
  });
}

const { hosts, experiments } = JSON.parse(await text(process.stdin)) as {
  hosts: readonly string[];
  experiments: readonly Experiment[];
};
const network = await TestNetwork.start(hosts);
const outcomes: Outcome[] = [];
for (const experiment of experiments) {
  try {
    outcomes.push(await run(network, experiment));
  } catch (error) {
    outcomes.push({ complaint: String(error), observations: [] });
  }
}
await network.stop();
process.stdout.write(JSON.stringify(outcomes), () => process.exit(0));
