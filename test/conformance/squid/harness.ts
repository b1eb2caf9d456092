// Runs squid with a configuration, in an environment of test servers, and observes what it does with requests.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { constants } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';

/** Loopback addresses of our own, so that nothing else on the machine answers. */
const ORIGIN_ADDRESS = '127.83.7.2';
const PARENT_ADDRESS = '127.83.7.3';
const NO_NAME_SERVER = '127.83.7.9';
const CERTGEN = '/usr/lib/squid/security_file_certgen';

export { ORIGIN_ADDRESS };

/** Why `squid -k parse` cannot be asked here; `undefined` where it can. */
export function missingParser(): string | undefined {
  return spawnSync('squid', ['-v']).status === 0 ? undefined : 'squid is not installed: apt-get install squid-openssl';
}

/** Why requests cannot be put to squid here; `undefined` where they can. */
export function missingEngine(): string | undefined {
  const parser = missingParser();
  if (parser) return parser;
  if (!existsSync(CERTGEN)) return 'squid cannot generate certificates: apt-get install squid-openssl';
  if (spawnSync('openssl', ['version']).status !== 0) return 'openssl is not installed: apt-get install openssl';
  if (process.getuid?.() !== 0) return 'listening on the ports 80 and 443 of a loopback address needs root';
  return undefined;
}

/** A request as a client puts it to the proxy. */
export interface ClientRequest {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  readonly client: string;
  readonly user: 'none' | { readonly name: string };
}

/** What came of it, as a client sees it. */
export interface Observation {
  readonly access: 'permit' | 'deny' | 'auth' | 'unreachable' | 'terminate';
  /** Who signed the certificate that the client was shown; `none` without TLS. */
  readonly signer: 'origin' | 'squid' | 'none';
  readonly route: 'direct' | 'parent' | 'none';
}

/** A certificate authority, made once for a run of the tests. */
interface Authority {
  readonly key: string;
  readonly cert: string;
}

/** Everything around squid: a work folder, two certificate authorities, an origin server and a parent proxy. */
export class TestNetwork {
  private constructor(
    readonly folder: string,
    private readonly servers: readonly net.Server[],
    private readonly parentUse: { count: number },
  ) {}

  static async start(hosts: readonly string[]): Promise<TestNetwork> {
    const folder = mkdtempSync(join(tmpdir(), 'lintel-squid-'));
    chmodSync(folder, 0o777);
    const origin = makeAuthority(folder, 'origin');
    const proxy = makeAuthority(folder, 'squid');
    writeFileSync(join(folder, 'proxy.pem'), readFileSync(proxy.key, 'utf8') + readFileSync(proxy.cert, 'utf8'));
    chmodSync(join(folder, 'proxy.pem'), 0o644);
    execFileSync(CERTGEN, ['-c', '-s', join(folder, 'certificates'), '-M', '4MB'], { stdio: 'ignore' });
    execFileSync('chmod', ['-R', '777', join(folder, 'certificates')]);
    const lines = hosts.map((host) => `${ORIGIN_ADDRESS} ${host}`);
    writeFileSync(join(folder, 'hosts'), [...lines, `${PARENT_ADDRESS} parent.example`, ''].join('\n'));
    const parentUse = { count: 0 };
    const servers = [
      await listen(http.createServer(answer('direct')), 80, ORIGIN_ADDRESS),
      await listen(originTls(folder, origin), 443, ORIGIN_ADDRESS),
      await listen(originTls(folder, origin), 8443, ORIGIN_ADDRESS),
      await listen(http.createServer(answer('direct')), 8080, ORIGIN_ADDRESS),
      await listen(parentProxy(parentUse), 3128, PARENT_ADDRESS),
    ];
    return new TestNetwork(folder, servers, parentUse);
  }

  async stop(): Promise<void> {
    for (const server of this.servers) server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** How often the parent was used so far. */
  get parentCount(): number {
    return this.parentUse.count;
  }

  /** Runs squid with a configuration for the time of `use`. */
  async withSquid<Result>(configuration: string, use: (port: number) => Promise<Result>): Promise<Result> {
    return this.run(await freePort(), configuration, use);
  }

  /** Runs squid with the ports of a configuration, of which one is 3128; only in a network namespace are they free. */
  async withSquidAsWritten<Result>(configuration: string, use: () => Promise<Result>): Promise<Result> {
    return this.run(3128, configuration, use);
  }

  private async run<Result>(
    port: number,
    configuration: string,
    use: (port: number) => Promise<Result>,
  ): Promise<Result> {
    const path = join(this.folder, `squid-${port}.conf`);
    writeFileSync(path, this.deploy(configuration, port));
    const log = join(this.folder, `cache-${port}.log`);
    const process = spawn('squid', ['-N', '-f', path], { stdio: 'ignore', cwd: this.folder });
    try {
      await untilListening(process, port, log);
      return await use(port);
    } finally {
      if (process.exitCode === null) {
        process.kill('SIGKILL');
        await once(process, 'exit');
      }
    }
  }

  /** Whether `squid -k parse` accepts a configuration; its complaint otherwise. */
  complaint(configuration: string): string | undefined {
    const path = join(this.folder, 'parse.conf');
    writeFileSync(path, this.deploy(configuration, 3128));
    const result = spawnSync('squid', ['-k', 'parse', '-f', path], { encoding: 'utf8' });
    return result.status === 0 ? undefined : (/(?:FATAL|ERROR)[^\n]*/.exec(result.stderr)?.[0] ?? result.stderr);
  }

  /** Adapts a configuration to the test network: ports, certificates, name resolution, no files outside. */
  private deploy(configuration: string, port: number): string {
    const own = [
      'pid_filename none',
      `cache_log ${this.folder}/cache-${port}.log`,
      'access_log none',
      'cache_store_log none',
      `coredump_dir ${this.folder}`,
      `hosts_file ${this.folder}/hosts`,
      `dns_nameservers ${NO_NAME_SERVER}`,
      'dns_timeout 1 second',
      'visible_hostname proxy.example',
      'pinger_enable off',
      'shutdown_lifetime 0 seconds',
      `sslcrtd_program ${CERTGEN} -s ${this.folder}/certificates -M 4MB`,
      'sslcrtd_children 2 startup=1 idle=1',
      `tls_outgoing_options cafile=${this.folder}/origin.crt`,
      'netdb_filename none',
      // Otherwise squid goes directly, past a parent, to hosts that it has measured to be near.
      'minimum_direct_rtt 0',
      'minimum_direct_hops 0',
      'cache deny all',
    ];
    const moved = configuration
      .replace(/^(\s*http_port\s+)3128\b/gm, `$1127.0.0.1:${port}`)
      .replaceAll('/etc/squid/ca.pem', `${this.folder}/proxy.pem`)
      .replaceAll('/etc/squid/lists/', `${this.folder}/`);
    return `${own.join('\n')}\n${moved}`;
  }
}

function makeAuthority(folder: string, name: string): Authority {
  const key = join(folder, `${name}.key`);
  const cert = join(folder, `${name}.crt`);
  const subject = ['-subj', `/O=Lintel tests/CN=${name} authority`];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', cert, ...subject],
    { stdio: 'ignore' },
  );
  chmodSync(key, 0o644);
  return { key, cert };
}

/** An HTTPS server that shows, for every name asked for, a certificate signed by the origin authority. */
function originTls(folder: string, authority: Authority): net.Server {
  const contexts = new Map<string, tls.SecureContext>();
  const contextFor = (host: string): tls.SecureContext => {
    let context = contexts.get(host);
    if (!context) {
      context = tls.createSecureContext(makeCertificate(folder, authority, host));
      contexts.set(host, context);
    }
    return context;
  };
  return https.createServer(
    {
      ...makeCertificate(folder, authority, 'origin.example'),
      // A resumed session shows no certificate, which the rules of step 3 look at.
      secureOptions: constants.SSL_OP_NO_TICKET,
      SNICallback: (host, done) => done(null, contextFor(host)),
    },
    answer('direct'),
  );
}

function makeCertificate(folder: string, authority: Authority, host: string): { key: Buffer; cert: Buffer } {
  mkdirSync(join(folder, 'origin'), { recursive: true });
  const base = join(folder, 'origin', host.replaceAll(/[^\w.-]/g, '_'));
  if (!existsSync(`${base}.crt`)) {
    writeFileSync(`${base}.ext`, `subjectAltName=${net.isIP(host) ? 'IP' : 'DNS'}:${host}\n`);
    const request = ['req', '-newkey', 'rsa:2048', '-nodes', '-keyout', `${base}.key`, '-out', `${base}.csr`];
    execFileSync('openssl', [...request, '-subj', `/CN=${host}`], { stdio: 'ignore' });
    const sign = [
      'x509',
      '-req',
      '-in',
      `${base}.csr`,
      '-CA',
      authority.cert,
      '-CAkey',
      authority.key,
      '-CAcreateserial',
    ];
    execFileSync('openssl', [...sign, '-days', '2', '-out', `${base}.crt`, '-extfile', `${base}.ext`], {
      stdio: 'ignore',
    });
  }
  return { key: readFileSync(`${base}.key`), cert: readFileSync(`${base}.crt`) };
}

function answer(way: string): http.RequestListener {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain', 'x-way': way, connection: 'close' });
    response.end('hello\n');
  };
}

/** A parent proxy that answers plain requests itself and connects everything else to the origin. */
function parentProxy(use: { count: number }): net.Server {
  const server = http.createServer((request, response) => {
    use.count++;
    answer('parent')(request, response);
  });
  server.on('connect', (request, socket) => {
    use.count++;
    const port = Number(/:(\d+)$/.exec(request.url ?? '')?.[1] ?? 443);
    const upstream = net.connect(port, ORIGIN_ADDRESS, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  return server;
}

async function listen(server: net.Server, port: number, address: string): Promise<net.Server> {
  server.listen(port, address);
  await once(server, 'listening');
  return server;
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

/** Waits until squid accepts connections, by trying; it has no other sign that it does. */
async function untilListening(squid: ChildProcess, port: number, log: string): Promise<void> {
  for (;;) {
    if (squid.exitCode !== null) {
      const tail = existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(-8).join('\n') : '';
      throw new Error(`squid stopped at its start with status ${squid.exitCode}: ${tail}`);
    }
    if (await accepts(port)) return;
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    // The pause keeps the attempts from taking the processor that squid needs to start.
    socket.once('error', () => setTimeout(() => resolve(false), 15));
  });
}

/** Sends one request to a proxy and returns what was observed. */
export async function observe(network: TestNetwork, proxyPort: number, request: ClientRequest): Promise<Observation> {
  const before = network.parentCount;
  const observed = await (request.scheme === 'http' ? askPlain(proxyPort, request) : askTunnel(proxyPort, request));
  const parent = network.parentCount > before;
  return { ...observed, route: observed.access === 'permit' ? (parent ? 'parent' : 'direct') : 'none' };
}

/** Sends one request to its server, on the way to which it is redirected to a proxy, and returns what was observed. */
export async function observeRedirected(network: TestNetwork, request: ClientRequest): Promise<Observation> {
  const before = network.parentCount;
  const socket = await connectFrom(request.port, request.client, ORIGIN_ADDRESS);
  const observed = await (request.scheme === 'http' ? askServer(socket, request) : askTls(socket, request));
  const parent = network.parentCount > before;
  return { ...observed, route: observed.access === 'permit' ? (parent ? 'parent' : 'direct') : 'none' };
}

async function askServer(socket: net.Socket, request: ClientRequest): Promise<Seen> {
  socket.write(`GET / HTTP/1.1\r\nHost: ${authorityOf(request)}\r\nConnection: close\r\n\r\n`);
  const status = await readStatus(socket);
  socket.destroy();
  return { access: status === undefined ? 'terminate' : accessOf(status), signer: 'none' };
}

function authorityOf({ scheme, host, port }: ClientRequest): string {
  return port === (scheme === 'http' ? 80 : 443) ? host : `${host}:${port}`;
}

type Seen = Pick<Observation, 'access' | 'signer'>;

async function askPlain(proxyPort: number, request: ClientRequest): Promise<Seen> {
  const socket = await connectFrom(proxyPort, request.client);
  const authority = request.port === 80 ? request.host : `${request.host}:${request.port}`;
  socket.write(`GET http://${authority}/ HTTP/1.1\r\nHost: ${authority}\r\n${login(request)}Connection: close\r\n\r\n`);
  const status = await readStatus(socket);
  socket.destroy();
  return { access: accessOf(status), signer: 'none' };
}

async function askTunnel(proxyPort: number, request: ClientRequest): Promise<Seen> {
  const socket = await connectFrom(proxyPort, request.client);
  const authority = `${request.host}:${request.port}`;
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${login(request)}\r\n`);
  const status = await readStatus(socket);
  if (status !== 200) {
    socket.destroy();
    return { access: status === undefined ? 'terminate' : accessOf(status), signer: 'none' };
  }
  return askTls(socket, request);
}

async function askTls(socket: net.Socket, request: ClientRequest): Promise<Seen> {
  const secure = tls.connect({
    socket,
    rejectUnauthorized: false,
    ...(net.isIP(request.host) ? {} : { servername: request.host }),
  });
  secure.setTimeout(PATIENCE, () => secure.destroy(new Error('no answer')));
  try {
    await secured(secure);
    const issuer = String(secure.getPeerCertificate().issuer?.CN ?? '');
    secure.write(`GET / HTTP/1.1\r\nHost: ${authorityOf(request)}\r\nConnection: close\r\n\r\n`);
    const inner = await readStatus(secure);
    return {
      access: inner === undefined ? 'terminate' : accessOf(inner),
      signer: issuer.startsWith('squid') ? 'squid' : 'origin',
    };
  } catch {
    return { access: 'terminate', signer: 'none' };
  } finally {
    secure.destroy();
    socket.destroy();
  }
}

/** A connection that is closed has no error. */
function secured(socket: tls.TLSSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('secureConnect', resolve);
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed')));
  });
}

function login({ user }: ClientRequest): string {
  if (user === 'none') return '';
  return `Proxy-Authorization: Basic ${Buffer.from(`${user.name}:secret`).toString('base64')}\r\n`;
}

function accessOf(status: number | undefined): Observation['access'] {
  if (status === 200) return 'permit';
  if (status === 403) return 'deny';
  return status === 407 ? 'auth' : 'unreachable';
}

/** Squid leaves some connections open for ever for which it finds no server. */
const PATIENCE = 12_000;

async function connectFrom(port: number, client: string, host = '127.0.0.1'): Promise<net.Socket> {
  const socket = net.connect({ port, host, localAddress: client });
  socket.setTimeout(PATIENCE, () => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** The status of the response that comes next; `undefined` where the connection ends without one. */
function readStatus(socket: net.Socket): Promise<number | undefined> {
  return new Promise((resolve) => {
    if (socket.destroyed) resolve(undefined);
    let text = '';
    const done = (status: number | undefined) => {
      socket.off('data', read);
      socket.off('close', none);
      socket.off('error', none);
      // A TLS client attached later must get the bytes that follow.
      socket.pause();
      resolve(status);
    };
    const none = () => done(undefined);
    const read = (data: Buffer) => {
      text += data.toString('latin1');
      const end = text.indexOf('\r\n\r\n');
      if (end < 0) return;
      done(Number(/^HTTP\/\d\.\d (\d{3})/.exec(text)?.[1]));
    };
    socket.on('data', read);
    socket.once('close', none);
    socket.once('error', none);
    socket.resume();
  });
}
