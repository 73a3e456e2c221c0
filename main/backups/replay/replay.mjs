// Rebuilds the databases of one Holdfast snapshot with nothing but Node (20 or newer):
//   restic -r REPOSITORY restore SNAPSHOT --target DIR
//   cd DIR && node replay.mjs [--at TIME | --commit N] OUT
// Reads manifest.json and <db>/base, checks every chunk against the page-map root, goes through the segments in
// <db>/log (that takes Node 22.15 or newer), and writes OUT/<db>.sqlite as of the last commit, or the one asked for.
// Prints one JSON document with the counts. Exit status: 0 done, 1 failed, 2 the snapshot is damaged, 64 usage.
// The form of a snapshot is written down in docs/formats/snapshot.md.
import { createHash } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  ftruncateSync,
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
import * as zlib from 'node:zlib';

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

// the segments of one database in order, read whole and held against the manifest
function readSegments(folder, { name, segments }) {
  return segments.map(({ format, seq, bytes, sha256 }) => {
    if (format !== 1)
      throw new Refusal(1, `${name}/log/${seq} has segment format ${format}, which is not known here`);
    if (zlib.zstdDecompressSync === undefined)
      throw new Refusal(1, `${name}/log needs Node 22.15 or newer; this is ${process.version}`);
    const path = `${name}/log/${String(seq).padStart(12, '0')}.hflog`;
    const data = readFileSync(join(folder, path));
    if (data.length !== bytes || createHash('sha256').update(data).digest('hex') !== sha256)
      throw damaged(`${path} is not what the manifest says`);
    const length = data.readUInt32LE(bytes - 36);
    const { after, commits } = JSON.parse(data.toString('utf8', bytes - 36 - length, bytes - 36));
    return { path, data, after, commits };
  });
}

// the commits to go through, each with its part of a segment; from the base's own on
function chooseCommits({ name, commits }, segments, { at, commit }) {
  const all = segments.flatMap(({ path, data, after, commits: held }) => {
    let position = 8;
    let before = after.seq;
    return held.map(([seq, time, pages, bytes]) => {
      const step = { path, data, position, bytes, before, seq, time, pages };
      position += bytes;
      before = seq;
      return step;
    });
  });
  const steps = all.filter(({ seq }) => seq > commits.first);
  if (commit !== undefined && commit !== commits.first && !steps.some(({ seq }) => seq === commit))
    throw new Refusal(1, `${name} holds commits ${commits.first} to ${commits.last}, not ${commit}`);
  if (at !== undefined && at < commits.firstTime)
    throw new Refusal(
      1,
      `${name} begins at ${new Date(commits.firstTime).toISOString()}; choose an earlier snapshot`,
    );
  return steps.filter(
    ({ seq, time }) => (commit === undefined || seq <= commit) && (at === undefined || time <= at),
  );
}

// writes each commit's pages over what they were; a wrong or missing page is found by the frames' checksums
function goThrough(sink, { name, pageSize, pages: basePages, commits }, steps) {
  let pages = basePages;
  let seq = commits.first;
  for (const step of steps) {
    if (step.before !== seq || step.seq !== seq + 1)
      throw damaged(`${step.path} does not follow commit ${seq} of ${name}`);
    for (let at = step.position; at < step.position + step.bytes; ) {
      const count = step.data[at];
      const numbers = Array.from({ length: count }, (_, index) => step.data.readUInt32LE(at + 1 + 4 * index));
      const frame = at + 1 + 4 * count + 4;
      const end = frame + step.data.readUInt32LE(frame - 4);
      if (numbers.some((page) => page < 1 || page > step.pages))
        throw damaged(`${step.path}: a page after commit ${seq} is none of the database`);
      const dictionary = Buffer.alloc(count * pageSize);
      for (const [index, page] of numbers.entries()) {
        if (page <= pages) readSync(sink, dictionary, index * pageSize, pageSize, (page - 1) * pageSize);
      }
      let now;
      try {
        now = zlib.zstdDecompressSync(step.data.subarray(frame, end), {
          dictionary,
          maxOutputLength: dictionary.length,
        });
      } catch {
        throw damaged(`${step.path}: pages after commit ${seq} do not fit`);
      }
      if (now.length !== dictionary.length)
        throw damaged(`${step.path}: pages after commit ${seq} do not fit`);
      for (const [index, page] of numbers.entries()) {
        for (let done = 0; done < pageSize; )
          done += writeSync(
            sink,
            now,
            index * pageSize + done,
            pageSize - done,
            (page - 1) * pageSize + done,
          );
      }
      at = end;
    }
    ({ seq, pages } = step);
  }
  ftruncateSync(sink, pages * pageSize);
  return { seq, pages };
}

// copies the base, checking it on the way, and goes through the log; the name appears only once everything was right
function rebuild(folder, out, database, steps, chunkBytes) {
  const target = join(out, `${database.name}.sqlite`);
  const partial = `${target}.partial`;
  const hash = createHash('sha256').update('holdfast/page-map/v1\0');
  const source = openSync(join(folder, database.name, 'base'), 'r');
  const sink = openSync(partial, 'wx+', 0o600);
  const buffer = Buffer.alloc(chunkBytes);
  let bytes = 0;
  let whole = false;
  let stands;
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
    stands = goThrough(sink, database, steps);
    fsyncSync(sink);
    whole = true;
  } finally {
    closeSync(source);
    closeSync(sink);
    if (!whole) unlinkSync(partial);
  }
  renameSync(partial, target);
  return stands;
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
  if (options.commit !== undefined && manifest.databases.length > 1)
    throw new Refusal(64, 'each database here counts its own commits; name a time with --at');
  const chosen = manifest.databases.map((database) => ({
    database,
    steps: chooseCommits(database, readSegments(folder, database), options),
  }));
  mkdirSync(options.out, { recursive: true, mode: 0o700 });
  if (readdirSync(options.out).length > 0) throw new Refusal(1, `${options.out} is not empty`);
  const files = checkFiles(folder, manifest);
  const databases = chosen.map(({ database, steps }) => {
    const { seq, pages } = rebuild(folder, options.out, database, steps, manifest.chunkBytes);
    const { name, pageSize } = database;
    return { name, file: `${name}.sqlite`, pages, bytes: pages * pageSize, commit: seq };
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
