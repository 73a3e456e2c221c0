import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The checks in an order in which each part finds what it needs. */
const checks = [
  'findings',
  'told',
  'bytes',
  'zip',
  'tree',
  'notes',
  'policy',
  'ber',
  'signatures',
  'certificates',
  'token',
  'timestamps',
  'repeated',
  'controls',
  'entries',
  'checks',
];

const source = (name: string) => readFileSync(new URL(`./verifier/${name}`, import.meta.url), 'utf8');

/** One program of the checks and more parts: what they import from each other is left out. */
function program(...more: string[]): string {
  const parts = [...checks, ...more].map((name) => source(`${name}.mjs`));
  return parts.map((code) => code.replace(/^import [^;]*;\n/gm, '').replace(/^export /gm, '')).join('\n');
}

/** The page: nothing but its own script and style may run, and nothing may be fetched (Content Security Policy). */
export function verifyPage(): Buffer {
  const [style, script] = [source('page.css'), program('running-hash', 'browser', 'page')];
  const only = (text: string) => `'sha256-${hash('sha256', text, 'base64')}'`;
  const policy = `default-src 'none'; script-src ${only(script)}; style-src ${only(style)}; base-uri 'none'; form-action 'none'`;
  const parts: Record<string, string> = { policy, style, script };
  return Buffer.from(source('page.html').replace(/\/\* (\w+) \*\//g, (_, name: string) => parts[name] ?? ''));
}

/** The command line program: nothing but `node:` modules is imported. */
function nodeVerifier(): Buffer {
  const imports = source('node.mjs').match(/^import .* from 'node:.*';$/gm) ?? [];
  return Buffer.from(
    [
      '// Checks an audit bundle of Holdfast: node holdfast-verify.mjs FILE --key VERIFIERKEY',
      ...imports,
      '',
      program('node'),
      'process.exitCode = await main(process.argv.slice(2));\n',
    ].join('\n'),
  );
}

/** What checks a bundle, by its name there. */
export function verifierFiles(): [string, Uint8Array][] {
  return [
    ['holdfast-verify.mjs', nodeVerifier()],
    ['verify.html', verifyPage()],
  ];
}

/** The text beside it. */
export const readMe = `An audit log, as a bundle that you can check yourself
====================================================

Check it in three minutes
1. Get the installation's verifier key from its owner on another way than this file: it is printed in the
   recovery kit, and \`holdfast audit key\` shows it.
2. Open verify.html in a current browser, enter the key, drop this file on it. Green: verified. Amber: consistent in
   itself, but the key or a demanded witness is missing. Red: tampered, with the places. The page reaches no network.
   Or, with Node.js 20 or newer:  node holdfast-verify.mjs FILE.hfbundle.zip --key KEY
   Exit status 0: verified. 1: could not run. 2: tampered. 3: the key or a demanded witness is missing.
3. Take verify.html or holdfast-verify.mjs from somebody you trust if you do not trust the bundle's own.

What is in it
  events.jsonl, events.csv, events.ocsf.jsonl   the entries of the period asked for
  openings.jsonl      fields that were disclosed, if any; each is checked against its entry
  tile/               all entries of the range and the tree over them, in the C2SP tlog-tiles layout
  populations.json    how many users, operators, keys, tenants and backups there were at both ends of the period
  controls.json       with a report: each control of a standard, the filter that it looks for among entries, how many there
                      are and which; controls.csv and report-*.pdf are the same for people
  checkpoints/        signed heads of the log; keys.json has the keys, and how each took over from the one before
  manifest.json       size and SHA-256 of every file; manifest.note is its signature
  seal.json           proof that the log had the manifest's hash before this file was closed
  trailer.json        counts; without it the file is not whole

What a good verdict does not prove
  That everything that happened was logged. That nobody else had the signing key. That nothing came after the newest
  entry. That the clock was right. That events.csv and events.ocsf.jsonl, which are conversions, say the same; nor that
  controls.csv and report-*.pdf do. That the authority of a time stamp deserves trust: the installation chose its CA.
  Compare the fingerprint that is shown with the one that the authority publishes.
  What controls say of this log's entries is counted again. Populations, settings and entries of logs that are not in
  this bundle are stated by the installation, and not proved. That somebody complies is nowhere said.
`;
