import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What the authority's certificate is like, where it is not as it should be. */
type Certificate = 'sound' | 'expired' | 'without-purpose' | 'second-purpose' | 'not-critical' | Kind;
/** Of key, in place of P-256. */
type Kind = 'rsa' | 'rsa-pss' | 'p-384';
type Answer = (question: Buffer, response: ServerResponse) => void;

const openssl = (folder: string, ...words: string[]) =>
  execFileSync('openssl', words, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });

const sole = 'extendedKeyUsage=critical,timeStamping';
const purposes: Readonly<Partial<Record<Certificate, string>>> = {
  'without-purpose': 'keyUsage=digitalSignature',
  'second-purpose': 'extendedKeyUsage=critical,timeStamping,serverAuth',
  'not-critical': 'extendedKeyUsage=timeStamping',
};

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
const newKeys: Readonly<Partial<Record<Certificate, string[]>>> = {
  rsa: ['-newkey', 'rsa:2048', '-nodes'],
  'rsa-pss': ['-newkey', 'rsa:2048', '-nodes'],
  'p-384': ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384', '-nodes'],
};

const configuration = `
[ca]
default_ca = own
[own]
database = index.txt
new_certs_dir = .
serial = ca-serial
default_md = default
policy = any
[any]
commonName = supplied
[tsa]
default_tsa = one
[one]
serial = tsa-serial
crypto_device = builtin
signer_cert = sound.pem
signer_key = sound.key
signer_digest = sha256
default_policy = 1.2.3.4.1
other_policies = 1.2.3.4.5
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
`;

/** A certification authority and a time-stamp authority of OpenSSL, behind a server on this machine. */
export class TimestampAuthority {
  readonly #folder = mkdtempSync(join(tmpdir(), 'tsa-'));
  readonly #server = createServer((request, response) => void this.#take(request, response));
  /** Of each request that came, the Authorization header. */
  readonly asked: (string | undefined)[] = [];
  /** In place of what OpenSSL says. */
  answer: Answer | undefined;

  static async open(caKey: 'ec' | 'ed25519' = 'ec'): Promise<TimestampAuthority> {
    const authority = new TimestampAuthority(caKey === 'ec' ? newKey : ['-newkey', caKey, '-nodes']);
    await new Promise<void>((listening) => authority.#server.listen(0, '127.0.0.1', listening));
    return authority;
  }

  private constructor(caKey: readonly string[]) {
    const folder = this.#folder;
    const file = (name: string, text: string) => writeFileSync(join(folder, name), text);
    file('openssl.cnf', configuration);
    file('index.txt', '');
    file('ca-serial', '1000');
    file('tsa-serial', '01');
    openssl(
      folder,
      ...['req', '-x509', ...caKey, '-keyout', 'ca.key'],
      ...['-out', 'ca.pem', '-days', '9', '-subj', '/CN=Test CA'],
    );
    this.#issue('sound');
  }

  /** Makes the certificate and its key, as files of that name. */
  #issue(certificate: Certificate): void {
    const folder = this.#folder;
    const years = certificate === 'expired' ? [2020, 2021] : [2020, 2099];
    const [from, to] = years.map((year) => `${year}0101000000Z`) as [string, string];
    writeFileSync(join(folder, 'extensions.cnf'), purposes[certificate] ?? sole);
    const subject = ['-subj', `/CN=Test TSA ${certificate}`];
    const key = `${certificate}.key`;
    openssl(
      folder,
      'req',
      ...(newKeys[certificate] ?? newKey),
      '-keyout',
      key,
      '-out',
      'signer.csr',
      ...subject,
    );
    openssl(
      folder,
      ...['ca', '-batch', '-config', 'openssl.cnf', '-cert', 'ca.pem', '-keyfile', 'ca.key', '-notext'],
      ...['-startdate', from, '-enddate', to, '-extfile', 'extensions.cnf'],
      ...['-in', 'signer.csr', '-out', `${certificate}.pem`],
    );
  }

  /** The same time stamp, signed with another certificate of the same CA. */
  signedAnew(token: Uint8Array, certificate: Certificate): Buffer {
    const folder = this.#folder;
    if (!existsSync(join(folder, `${certificate}.pem`))) this.#issue(certificate);
    writeFileSync(join(folder, 'token'), token);
    openssl(folder, ...'cms -verify -noverify -binary -inform DER -in token -out content'.split(' '));
    openssl(
      folder,
      ...'cms -sign -cades -binary -nodetach -md sha256 -outform DER -in content -out token'.split(' '),
      ...['-econtent_type', '1.2.840.113549.1.9.16.1.4'],
      ...['-signer', `${certificate}.pem`, '-inkey', `${certificate}.key`],
      ...(certificate === 'rsa-pss' ? ['-keyopt', 'rsa_padding_mode:pss'] : []),
    );
    return readFileSync(join(folder, 'token'));
  }

  get url(): string {
    return `http://${this.host}/tsa`;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The certificate that it stamps with. */
  get signer(): string {
    return readFileSync(join(this.#folder, 'sound.pem'), 'utf8');
  }

  get ca(): string {
    return readFileSync(join(this.#folder, 'ca.pem'), 'utf8');
  }

  /** What OpenSSL answers to a request. */
  reply(question: Buffer): Buffer {
    writeFileSync(join(this.#folder, 'question.tsq'), question);
    openssl(
      this.#folder,
      ...['ts', '-reply', '-config', 'openssl.cnf', '-section', 'one'],
      ...['-queryfile', 'question.tsq', '-out', 'answer.tsr'],
    );
    return readFileSync(join(this.#folder, 'answer.tsr'));
  }

  /** The same, signed with another certificate: as a response that grants (RFC 3161, 2.4.2). */
  replySignedBy(question: Buffer, certificate: Certificate): Buffer {
    writeFileSync(join(this.#folder, 'answer.tsr'), this.reply(question));
    openssl(this.#folder, 'ts', '-reply', '-in', 'answer.tsr', '-token_out', '-out', 'token');
    const token = this.signedAnew(readFileSync(join(this.#folder, 'token')), certificate);
    const granted = Buffer.from('3003020100', 'hex');
    const head = Buffer.from([0x30, 0x82, 0, 0]);
    head.writeUInt16BE(granted.length + token.length, 2);
    return Buffer.concat([head, granted, token]);
  }

  /** Whether OpenSSL accepts a token for these bytes. Throws what it says where it does not. */
  verify(token: Uint8Array, data: Uint8Array): void {
    writeFileSync(join(this.#folder, 'token'), token);
    writeFileSync(join(this.#folder, 'data'), data);
    openssl(this.#folder, 'ts', '-verify', '-in', 'token', '-token_in', '-data', 'data', '-CAfile', 'ca.pem');
  }

  /** The same of a token signed with RSA-PSS, which the command for time stamps does not know. */
  verifySignature(token: Uint8Array): void {
    writeFileSync(join(this.#folder, 'token'), token);
    const words =
      'cms -verify -binary -inform DER -in token -CAfile ca.pem -purpose timestampsign -out content';
    openssl(this.#folder, ...words.split(' '));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.asked.push(request.headers.authorization);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const question = Buffer.concat(chunks);
    if (this.answer !== undefined) {
      this.answer(question, response);
      return;
    }
    response.setHeader('content-type', 'application/timestamp-reply').end(this.reply(question));
  }
}
