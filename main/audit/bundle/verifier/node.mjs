// The part for Node: reads the file, and is the command line.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import process from 'node:process';
import { pipeline, Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { verifyBundle } from './checks.mjs';
import { stampText } from './timestamps.mjs';
import { archivedText, basisText, entriesText, periodText, sealedText, statusText } from './told.mjs';

const sha256 = (bytes) => createHash('sha256').update(bytes).digest();

const platform = {
  sha256,
  digest() {
    const hash = createHash('sha256');
    return { update: (bytes) => hash.update(bytes), digest: () => hash.digest() };
  },
  ed25519Verify(publicKey, text, signature) {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey).toString('base64url') };
    return verify(null, text, createPublicKey({ key: jwk, format: 'jwk' }), signature);
  },
  async *inflate(chunks, packed) {
    const inflater = createInflateRaw();
    pipeline(Readable.from(chunks), inflater, () => {}); // what goes wrong ends the loop below as well
    yield* inflater;
    if (inflater.bytesWritten !== packed) throw new Error('bytes follow the end');
  },
};

/** Checks the bundle in a file. Throws CannotRun, and what the file system throws. */
export async function verifyFile(path, options) {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const read = async (offset, length) => {
      const bytes = new Uint8Array(length);
      for (let at = 0; at < length; ) {
        const { bytesRead } = await file.read(bytes, at, length - at, offset + at);
        if (bytesRead === 0) throw new Error('The file became shorter while it was read.');
        at += bytesRead;
      }
      return bytes;
    };
    const source = { size, read };
    return await verifyBundle(source, platform, options);
  } finally {
    await file.close();
  }
}

const help = `Usage: node holdfast-verify.mjs FILE.hfbundle.zip [--key VERIFIERKEY] [--policy FILE] [--json]

  --key     the installation's key, from its recovery kit or from \`holdfast audit key\`, not from the bundle
  --policy  a C2SP tlog-policy: keys that are trusted, and witnesses that have to have signed

Exit status: 0 verified, 1 could not run, 2 tampered, 3 what is there verifies, but the key or a witness is missing.`;

/**
 * The command line; answers the exit status.
 * @public
 */
export async function main(words, print = (text) => process.stdout.write(`${text}\n`)) {
  try {
    const options = argumentsOf(words);
    if (options === undefined) {
      print(help);
      return 1;
    }
    const policy = options.policy === undefined ? undefined : await readFile(options.policy, 'utf8');
    const report = await verifyFile(options.file, { key: options.key, policy });
    print(options.json ? JSON.stringify(report) : told(report));
    return report.status;
  } catch (error) {
    print(`Could not check: ${error instanceof Error ? error.message : error}`);
    return 1;
  }
}

function argumentsOf(words) {
  const options = {};
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at];
    if (word === '--json') options.json = true;
    else if ((word === '--key' || word === '--policy') && words[at + 1] !== undefined) {
      at += 1;
      options[word.slice(2)] = words[at];
    } else if (word.startsWith('-') || options.file !== undefined) return undefined;
    else options.file = word;
  }
  return options.file === undefined ? undefined : options;
}

/** A report as text; what came from the file has no characters left that cannot be seen. */
function told({
  verdict,
  problems,
  missing,
  log,
  first,
  entries,
  matched,
  period,
  sealedAt,
  key,
  trustworthy,
  witnessed,
  archived,
  timestamped,
  controls,
  notProven: never,
}) {
  const at = ({ index, reason }) => `  - ${index === null ? '' : `entry ${index}: `}${reason}`;
  const lines = [
    verdict === 'verified'
      ? 'VERIFIED'
      : verdict === 'tampered'
        ? 'TAMPERED'
        : 'INCOMPLETE: what is here verifies, but',
    ...problems.map(at),
    ...missing.map((reason) => `  - ${reason}`),
    `Log: ${log ?? 'unknown'}`,
    `Entries: ${entriesText({ entries, first, matched })}`,
    `Period: ${periodText(period)}`,
    `Sealed: ${sealedText({ sealedAt })}`,
    ...(archived === null ? [] : [`Archived: ${archivedText(archived)}`]),
    `Signed by: ${key ?? 'nobody known'}`,
    `Trustworthy: ${trustworthy}`,
    ...witnessed.map(
      (seen) =>
        `Witnessed: ${seen.entries} of ${entries} entries by ${seen.witness} at ${new Date(seen.time * 1000).toISOString()}`,
    ),
    ...timestamped.map((stamp) => `Time-stamped: ${stampText({ ...stamp, of: entries })}`),
    ...(controls.length === 0 ? [] : ['Controls:']),
    ...controls.map(
      (control) =>
        `  - ${control.standard} ${control.id}, ${control.title}: ${statusText(control)} (${basisText(control)})`,
    ),
    'Not proven:',
    ...never.map((what) => `  - ${what}`),
  ];
  return lines.map((line) => line.replace(/[\p{Cc}\p{Cf}]/gu, '?')).join('\n');
}
