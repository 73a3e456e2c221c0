import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What rsyslog made of a message. */
export interface SyslogLine {
  readonly pri: string;
  readonly time: string;
  readonly host: string;
  readonly app: string;
  readonly procid: string;
  readonly msgid: string;
  readonly sd: string;
  readonly msg: string;
}

interface Certificates {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

interface Tls {
  readonly files: Certificates;
  readonly auth: 'anon' | 'x509/certvalid';
}

/** A real rsyslogd on loopback, which writes a line of JSON for each message that it parsed. */
export class Rsyslog {
  readonly port: number;
  readonly #folder: string;
  readonly #tls: Tls | undefined;
  #child: ChildProcess | undefined;

  private constructor(folder: string, port: number, tls: Tls | undefined) {
    this.#folder = folder;
    this.port = port;
    this.#tls = tls;
  }

  static async prepare(folder: string, tls?: Tls): Promise<Rsyslog> {
    return new Rsyslog(folder, await freePort(), tls);
  }

  get #output(): string {
    return join(this.#folder, 'received');
  }

  async start(): Promise<void> {
    const configuration = join(this.#folder, 'rsyslog.conf');
    writeFileSync(configuration, this.#configuration());
    const child = spawn('rsyslogd', ['-n', '-f', configuration, '-i', join(this.#folder, 'pid')], {
      stdio: 'ignore',
    });
    this.#child = child;
    while (!(await listens(this.port))) {
      if (child.exitCode !== null) throw new Error(`rsyslogd ended with ${child.exitCode}`);
      await sleep(20);
    }
  }

  /** `SIGTERM`: in order; `SIGKILL`: as by a power failure of its machine. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  /** It reads no more, until `go`. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  received(): SyslogLine[] {
    if (!existsSync(this.#output)) return [];
    return readFileSync(this.#output, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as SyslogLine);
  }

  #configuration(): string {
    const tls = this.#tls;
    const driver =
      tls === undefined
        ? ''
        : ` StreamDriver.Name="gtls" StreamDriver.Mode="1" StreamDriver.AuthMode="${tls.auth}"`;
    const files =
      tls === undefined
        ? ''
        : ` defaultNetstreamDriver="gtls" defaultNetstreamDriverCAFile="${tls.files.ca}" defaultNetstreamDriverCertFile="${tls.files.certificate}" defaultNetstreamDriverKeyFile="${tls.files.key}"`;
    const properties = [
      ['pri', 'pri'],
      ['time', 'timereported" dateformat="rfc3339'],
      ['host', 'hostname'],
      ['app', 'app-name'],
      ['procid', 'procid'],
      ['msgid', 'msgid'],
      ['sd', 'structured-data'],
      ['msg', 'msg'],
    ].map(([out, name]) => `property(outname="${out}" name="${name}" format="jsonf")`);
    return `global(workDirectory="${this.#folder}" maxMessageSize="64k"${files})
module(load="imtcp"${driver})
input(type="imtcp" port="${this.port}" address="127.0.0.1")
template(name="json" type="list" option.jsonf="on") { ${properties.join(' ')} }
action(type="omfile" file="${this.#output}" template="json")
`;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new TypeError('it listens to a port');
  return address.port;
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

const openssl = (folder: string, ...args: string[]) =>
  execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] }).toString();

/** A throw-away authority, and certificates of it for `names`, for 127.0.0.1 each. Answers the files' paths. */
export function throwAwayCertificates<Name extends string>(
  folder: string,
  names: readonly Name[],
): Readonly<Record<Name, Certificates>> {
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    folder,
    'req',
    '-x509',
    ...curve,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-days',
    '2',
    '-subj',
    '/CN=CA',
  );
  writeFileSync(join(folder, 'extensions'), 'subjectAltName=IP:127.0.0.1\n');
  const made = names.map((name) => {
    openssl(folder, 'req', ...curve, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
    const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-days', '2', '-extfile', 'extensions'];
    openssl(folder, 'x509', '-req', '-in', `${name}.csr`, '-out', `${name}.pem`, ...signing);
    const file = (of: string) => join(folder, of);
    return [name, { ca: file('ca.pem'), certificate: file(`${name}.pem`), key: file(`${name}.key`) }];
  });
  return Object.fromEntries(made);
}

/** In the form of RFC 5425. */
export function fingerprintOf(folder: string, certificate: string): string {
  const text = openssl(folder, 'x509', '-in', certificate, '-noout', '-fingerprint', '-sha256');
  return `sha-256:${text.trim().split('=')[1] ?? ''}`;
}
