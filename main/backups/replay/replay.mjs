// Rebuilds the databases of one Holdfast snapshot with nothing but Node (20 or newer):
//   restic -r REPOSITORY restore SNAPSHOT --target DIR
//   cd DIR && node replay.mjs [--at TIME | --commit N] OUT
// Reads manifest.json and <db>/base, checks every chunk against the page-map root, and writes OUT/<db>.sqlite.
// Prints one JSON document with the counts. Exit status: 0 done, 1 failed, 2 the snapshot is damaged, 64 usage.
// The form of a snapshot is written down in docs/formats/snapshot.md.
import { createHash } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}
const damaged = (message) => new Refusal(2, message);

function parseArguments(given) {
  const options = { at: undefined, commit: undefined, out: undefined };
  for (let index = 0; index < given.length; index += 1) {
    const word = given[index];
    if (word === '--at' || word === '--commit') {
      index += 1;
      const value = word === '--at' ? Date.parse(given[index] ?? '') : Number(given[index]);
      if (!Number.isSafeInteger(value) || value < 0)
        throw new Refusal(64, `${word} needs ${word === '--at' ? 'an RFC 3339 time' : 'a commit number'}`);
      options[word.slice(2)] = value;
    } else if (options.out === undefined && word !== undefined && !word.startsWith('-')) {
      options.out = word;
    } else {
      throw new Refusal(64, `unknown argument ${word}`);
    }
  }
  if (options.out === undefined || (options.at !== undefined && options.commit !== undefined)) {
    throw new Refusal(64, 'usage: node replay.mjs [--at TIME | --commit N] OUT');
  }
  return options;
}

function readManifest(folder) {
  let manifest;
  try {
    manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  } catch (error) {
    throw damaged(`manifest.json cannot be read: ${error.message}`);
  }
  if (manifest.format !== 1)
    throw new Refusal(1, `manifest format ${manifest.format} is not known here (known: 1)`);
  const sound =
    Number.isSafeInteger(manifest.chunkBytes) &&
    manifest.chunkBytes > 0 &&
    manifest.chunkBytes <= 2 ** 26 &&
    Array.isArray(manifest.databases) &&
    manifest.databases.every(
      (each) =>
        /^[a-z][a-z0-9-]{0,31}$/.test(each.name) &&
        Number.isSafeInteger(each.bytes) &&
        Array.isArray(each.segments),
    );
  if (!sound) throw damaged('manifest.json is not of format 1');
  return manifest;
}

// which commit the rebuilt database stands at; without segments there is only the base's
function chooseCommit({ name, commits, segments }, { at, commit }) {
  for (const segment of segments) {
    throw new Refusal(
      1,
      `${name}/log/${segment.seq} has segment format ${segment.format}, which is not known here`,
    );
  }
  if (commit !== undefined && commit !== commits.last) {
    throw new Refusal(1, `${name} holds commit ${commits.last} only, not ${commit}`);
  }
  if (at !== undefined && at < commits.lastTime) {
    const time = new Date(commits.lastTime).toISOString();
    throw new Refusal(1, `${name} begins at ${time}; choose an earlier snapshot`);
  }
  return commits.last;
}

// copies the base, checking it on the way; the name appears only once everything was right
function rebuild(folder, out, database, chunkBytes) {
  const target = join(out, `${database.name}.sqlite`);
  const partial = `${target}.partial`;
  const hash = createHash('sha256').update('holdfast/page-map/v1\0');
  const source = openSync(join(folder, database.name, 'base'), 'r');
  const sink = openSync(partial, 'wx', 0o600);
  const buffer = Buffer.alloc(chunkBytes);
  let bytes = 0;
  let whole = false;
  try {
    for (;;) {
      const length = fill(source, buffer);
      if (length === 0) break;
      const chunk = buffer.subarray(0, length);
      hash.update(createHash('sha256').update(chunk).digest());
      for (let written = 0; written < length; ) written += writeSync(sink, chunk, written);
      bytes += length;
    }
    if (bytes !== database.bytes)
      throw damaged(`${database.name}/base has ${bytes} bytes instead of ${database.bytes}`);
    if (hash.digest('hex') !== database.pageMapRoot)
      throw damaged(`${database.name}/base does not match its page-map root`);
    fsyncSync(sink);
    whole = true;
  } finally {
    closeSync(source);
    closeSync(sink);
    if (!whole) unlinkSync(partial);
  }
  renameSync(partial, target);
}

function fill(descriptor, buffer) {
  let length = 0;
  while (length < buffer.length) {
    const read = readSync(descriptor, buffer, length, buffer.length - length, null);
    if (read === 0) break;
    length += read;
  }
  return length;
}

function checkFiles(folder, manifest) {
  const missing = new Set(manifest.damaged.map(({ sha256 }) => sha256));
  let count = 0;
  let bytes = 0;
  const filesFolder = join(folder, 'files');
  const groups = manifest.files.count === 0 ? [] : readdirSync(filesFolder);
  const buffer = Buffer.alloc(2 ** 20);
  for (const group of groups) {
    for (const name of readdirSync(join(filesFolder, group))) {
      const descriptor = openSync(join(filesFolder, group, name), 'r');
      const hash = createHash('sha256');
      try {
        for (let length = fill(descriptor, buffer); length > 0; length = fill(descriptor, buffer)) {
          hash.update(buffer.subarray(0, length));
          bytes += length;
        }
      } finally {
        closeSync(descriptor);
      }
      if (hash.digest('hex') !== name) throw damaged(`files/${group}/${name} does not match its name`);
      count += 1;
    }
  }
  if (count !== manifest.files.count || bytes !== manifest.files.bytes) {
    throw damaged(
      `${count} files of ${bytes} bytes instead of ${manifest.files.count} of ${manifest.files.bytes}`,
    );
  }
  return { count, bytes, damaged: missing.size };
}

function main() {
  const options = parseArguments(process.argv.slice(2));
  const folder = dirname(fileURLToPath(import.meta.url));
  const manifest = readManifest(folder);
  const chosen = manifest.databases.map((database) => ({
    database,
    commit: chooseCommit(database, options),
  }));
  mkdirSync(options.out, { recursive: true, mode: 0o700 });
  if (readdirSync(options.out).length > 0) throw new Refusal(1, `${options.out} is not empty`);
  const files = checkFiles(folder, manifest);
  const databases = chosen.map(({ database, commit }) => {
    rebuild(folder, options.out, database, manifest.chunkBytes);
    const { name, pages, bytes } = database;
    return { name, file: `${name}.sqlite`, pages, bytes, commit };
  });
  const { tenantId, time, collections } = manifest;
  process.stdout.write(`${JSON.stringify({ tenantId, time, databases, collections, files })}\n`);
}

try {
  main();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error instanceof Refusal ? error.status : 1;
}
