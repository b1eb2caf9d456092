// What Lintel says about the messages that the network itself needs, and about rules that are bypassed, beside what works in
// a small network whose host has the filter.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Analysis, analyze } from '../../../server/src/analysis/analyze.js';
import { Catalog } from '../../../server/src/catalog/catalog.js';
import type { Dialect } from '../../../server/src/dialects/dialect.js';
import { iptables } from '../../../server/src/dialects/iptables/index.js';
import { nftables } from '../../../server/src/dialects/nftables/index.js';
import { kernelUnavailable } from './harness.js';

const NETWORK_PROGRAM = fileURLToPath(new URL('network.py', import.meta.url));

const { requirements } = Catalog.builtIn().select(['network-basics']);

function analysed(dialect: Dialect, path: string): Analysis {
  const source = { uri: `file://${path}`, text: readFileSync(path, 'utf8') };
  const none = { roots: [], list: () => [], read: () => 'missing' as const };
  const document = dialect.lower(source, dialect.parse(source), none);
  const network = { roles: new Map(), resolvesExternalNames: false, hostAddresses: new Map() };
  return analyze(document, dialect, { requirements, retired: [], severity: {}, network });
}

/** What works: a connection of a neighbour, much data over a path of smaller packets, a connection to a forwarded port. */
interface Worked {
  readonly neighbours: boolean;
  readonly large: boolean;
  readonly forwarded: boolean;
}

async function tried(path: string, command: readonly string[], family: 4 | 6): Promise<Worked> {
  const through = /router/.test(path);
  const [outer, inner] = through ? ['wan0', 'lan0'] : ['eth0', 'br-app'];
  const { stdout, stderr } = await outputOf(['-nm', 'python3', NETWORK_PROGRAM], {
    commands: [command],
    outer,
    inner,
    family,
    through,
  });
  const answer = JSON.parse(stdout || '{}') as Worked & { readonly error?: string };
  if (answer.error !== undefined || answer.neighbours === undefined) throw new Error(answer.error ?? stderr);
  return answer;
}

async function outputOf(command: readonly string[], request: object): Promise<{ stdout: string; stderr: string }> {
  const child = spawn('unshare', command);
  const [stdout, stderr, code] = [text(child.stdout), text(child.stderr), once(child, 'close')];
  child.stdin.end(JSON.stringify(request));
  await code;
  return { stdout: await stdout, stderr: await stderr };
}

function statusOf({ report }: Analysis, name: string): string | undefined {
  return report.coverage.find(({ requirement }) => requirement === `network-basics/${name}`)?.status;
}

/** What has to work where messages pass and where they do not; nothing where Lintel does not decide it. */
function agrees(status: string | undefined, works: boolean): boolean {
  return status === 'met' ? works : status === 'blocked' ? !works : true;
}

describe.skipIf(kernelUnavailable())('what the network itself needs, beside the kernel', () => {
  for (const dialect of [iptables, nftables]) {
    const folder = fileURLToPath(new URL(`../../fixtures/${dialect.id}/basics/`, import.meta.url));
    // Connections that a filter drops are waited for: several networks, each in namespaces of its own, wait at the same time.
    it.concurrent.each(readdirSync(folder))('%s', async (name) => {
      const path = folder + name;
      const analysis = analysed(dialect, path);
      const families = dialect === nftables ? ([4, 6] as const) : name.endsWith('6') ? ([6] as const) : ([4] as const);
      for (const family of families) {
        const loader = family === 6 ? 'ip6tables-restore' : 'iptables-restore';
        const works = await tried(path, dialect === nftables ? ['nft', '-f', path] : [loader, path], family);
        const isServer = !/published|banned|router|kill-switch|no-neighbours-out/.test(name);
        if (family === 6 && !/kill-switch/.test(name)) {
          for (const message of ['neighbour-solicitation', 'neighbour-advertisement']) {
            expect(agrees(statusOf(analysis, message), works.neighbours), `${message}: ${works.neighbours}`).toBe(true);
          }
        }
        const error = family === 6 ? 'packet-too-big' : 'fragmentation-needed';
        const mayConnect = works.neighbours && (isServer || /router/.test(name));
        if (mayConnect) expect(agrees(statusOf(analysis, error), works.large), `${error}: ${works.large}`).toBe(true);
        if (family === 4 && /published|banned/.test(name)) {
          const isTold = analysis.report.findings.some(({ code }) => code === 'filter-bypassed');
          // The remote host is one of those that are banned.
          if (isTold) expect(works.forwarded, 'what is told to be bypassed is').toBe(true);
          if (/denied|both|banned\.nft/.test(name)) expect(works.forwarded, 'what is denied in both is').toBe(false);
        }
      }
    });
  }
});
