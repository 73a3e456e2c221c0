import { readFileSync } from 'node:fs';

/** One program of the checks and the part for Node: nothing but `node:` modules is imported. */
function nodeVerifier(): Buffer {
  const [checks, node] = ['checks.mjs', 'node.mjs'].map(source) as [string, string];
  const title = '// Checks an audit bundle of Holdfast: node holdfast-verify.mjs FILE --key VERIFIERKEY\n';
  const imports = node.match(/^import .* from 'node:.*';$/gm)?.join('\n') ?? '';
  const rest = plain(node.replace(/^import .*;\n/gm, ''));
  return Buffer.from(
    `${title}${imports}\n\n${plain(checks)}\n${rest}\nprocess.exitCode = await main(process.argv.slice(2));\n`,
  );
}

const source = (name: string) => readFileSync(new URL(`./verifier/${name}`, import.meta.url), 'utf8');
const plain = (code: string) => code.replace(/^export /gm, '');

/** What checks a bundle, by its name there. */
export function verifierFiles(): [string, Uint8Array][] {
  return [['holdfast-verify.mjs', nodeVerifier()]];
}

/** The text beside it. */
export const readMe = `An audit log, as a bundle that you can check yourself
====================================================

Check it in three minutes
1. Get the installation's verifier key from its owner on another way than this file: it is printed in the
   recovery kit, and \`holdfast audit key\` shows it.
2. With Node.js 20 or newer:  node holdfast-verify.mjs FILE.hfbundle.zip --key KEY
   Take holdfast-verify.mjs from somebody you trust if you do not trust the bundle's own.
3. Exit status 0: verified. 1: could not run. 2: tampered, with the places. 3: what is here verifies, but the key
   or a demanded witness is missing.

What is in it
  events.jsonl, events.csv, events.ocsf.jsonl   the entries of the period asked for
  openings.jsonl      fields that were disclosed, if any; each is checked against its entry
  tile/               all entries of the range and the tree over them, in the C2SP tlog-tiles layout
  checkpoints/        signed heads of the log; keys.json has the keys, and how each took over from the one before
  manifest.json       size and SHA-256 of every file; manifest.note is its signature
  seal.json           proof that the log had the manifest's hash before this file was closed
  trailer.json        counts; without it the file is not whole

What a good verdict does not prove
  That everything that happened was logged. That nobody else had the signing key. That nothing came after the newest
  entry. That the clock was right. That events.csv and events.ocsf.jsonl, which are conversions, say the same.
`;
