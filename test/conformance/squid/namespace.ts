// Puts requests to squid in a network namespace of its own, where connections can be redirected to its intercepting ports.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';
import { type ClientRequest, missingEngine, type Observation } from './harness.js';

/** A request at one of the ports of a configuration. */
export interface RequestAt extends ClientRequest {
  readonly entry: { readonly port: number; readonly intercepts: boolean };
}

/** A configuration with the requests to put to it. */
export interface Experiment {
  readonly configuration: string;
  readonly requests: readonly RequestAt[];
}

/** What came of an experiment; `complaint` where squid did not start. */
export interface Outcome {
  readonly complaint?: string;
  readonly observations: readonly Observation[];
}

/** Why squid cannot be asked about intercepted connections here; `undefined` where it can. */
export function missingInterception(): string | undefined {
  const missing = missingEngine();
  if (missing) return missing;
  const rule = 'iptables -t nat -A OUTPUT -p tcp -m owner --uid-owner 0 -j REDIRECT --to-ports 1';
  const { status } = spawnSync('unshare', ['-n', 'sh', '-c', rule]);
  return status === 0 ? undefined : 'connections cannot be redirected in a network namespace: apt-get install iptables';
}

const PROBE = fileURLToPath(new URL('./probe.ts', import.meta.url));

/** Runs experiments one after the other in one new namespace. */
export async function observeInNamespace(
  hosts: readonly string[],
  experiments: readonly Experiment[],
): Promise<readonly Outcome[]> {
  const folder = mkdtempSync(join(tmpdir(), 'lintel-probe-'));
  try {
    const program = join(folder, 'probe.mjs');
    await esbuild.build({ entryPoints: [PROBE], outfile: program, bundle: true, platform: 'node', format: 'esm' });
    const probe = spawn('unshare', ['-n', 'sh', '-c', `ip link set lo up && exec "${process.execPath}" "${program}"`]);
    probe.stdin.end(JSON.stringify({ hosts, experiments }));
    let [output, errors] = ['', ''];
    probe.stdout.on('data', (data) => {
      output += data;
    });
    probe.stderr.on('data', (data) => {
      errors += data;
    });
    const [status] = await once(probe, 'close');
    if (status !== 0) throw new Error(`the probe stopped: ${errors}`);
    return JSON.parse(output) as readonly Outcome[];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
