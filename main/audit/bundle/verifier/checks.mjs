// The checks of an audit bundle, for Node and browsers alike; docs/formats/audit-bundle.md says what is checked.
// Nothing is imported: `source` reads the file, `platform` has SHA-256, Ed25519 and inflate.

/** What is wrong with a bundle; `index` is the first entry that it is about, or null. */
class Tampered extends Error {
  constructor(reason, index = null) {
    super(reason);
    this.index = index;
  }
}

/** Why nothing could be checked at all: a wrong key or policy, a later format. */
export class CannotRun extends Error {}

const must = (holds, reason, index) => {
  if (!holds) throw new Tampered(reason, index);
};

const notProven = [
  'That everything that happened was logged: a program that never logs leaves no trace.',
  "That the signing key was in nobody else's hands when it signed.",
  'That nothing was added to the log after the newest entry of this bundle.',
  "That the computer's clock was right: the order of entries is proven, their times are not.",
  'That events.csv and events.ocsf.jsonl say the same as the entries: they are conversions; events.jsonl is compared byte by byte.',
];

const mostProblems = 100;
const width = 256;
const hashLength = 32;
const outside = ['manifest.json', 'manifest.note', 'seal.json', 'trailer.json'];

// --- bytes ---

const utf8 = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(bytes, what) {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new Tampered(`${what} is not UTF-8`);
  }
}

function jsonOf(text, what) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Tampered(`${what} is not JSON`);
  }
}

function concat(pieces) {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const toBase64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));

/** Undefined unless the text is exactly the Base 64 of some bytes. */
function fromBase64(text) {
  try {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    return toBase64(bytes) === text ? bytes : undefined;
  } catch {
    return undefined;
  }
}

/** RFC 8785. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${members.join(',')}}`;
}

// --- zip: stored and deflated files, side by side from the first byte to the last, nothing hidden between ---

const uint16 = (bytes, at) => bytes[at] | (bytes[at + 1] << 8);
const uint32 = (bytes, at) => (uint16(bytes, at) | (uint16(bytes, at + 2) << 16)) >>> 0;
const uint64 = (bytes, at) => uint32(bytes, at + 4) * 2 ** 32 + uint32(bytes, at);

const crcTable = Uint32Array.from({ length: 256 }, (_, start) => {
  let value = start;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(bytes, before) {
  let crc = ~before;
  for (const byte of bytes) crc = (crc >>> 8) ^ crcTable[(crc ^ byte) & 255];
  return ~crc >>> 0;
}

const whole = 'The file is not a whole bundle: it was cut or changed';

/** Where the list of files lies, from the records at the very end of the file (APPNOTE 4.3.14 to 4.3.16). */
async function zipEnd(source) {
  must(source.size >= 22, whole);
  const end = await source.read(source.size - 22, 22);
  must(uint32(end, 0) === 0x06054b50 && uint16(end, 20) === 0, whole);
  must(uint16(end, 4) === 0 && uint16(end, 6) === 0 && uint16(end, 8) === uint16(end, 10), whole);
  const short = {
    count: uint16(end, 10),
    size: uint32(end, 12),
    offset: uint32(end, 16),
    end: source.size - 22,
  };
  if (short.count < 0xffff && short.size < 0xffffffff && short.offset < 0xffffffff) return short;
  must(source.size >= 98, whole);
  const long = await source.read(source.size - 98, 76);
  const start = source.size - 98;
  must(uint32(long, 0) === 0x06064b50 && uint64(long, 4) === 44, whole);
  must(uint32(long, 56) === 0x07064b50 && uint64(long, 64) === start, whole);
  must(
    uint32(long, 16) === 0 && uint32(long, 20) === 0 && uint32(long, 60) === 0 && uint32(long, 72) === 1,
    whole,
  );
  must(uint64(long, 24) === uint64(long, 32), whole);
  const found = { count: uint64(long, 32), size: uint64(long, 40), offset: uint64(long, 48), end: start };
  const told = (value, small, most) => small === value || small === most;
  must(told(found.count, short.count, 0xffff), whole);
  must(told(found.size, short.size, 0xffffffff) && told(found.offset, short.offset, 0xffffffff), whole);
  return found;
}

const mostListed = 512 * 2 ** 20;
const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/;

/** The files of the bundle by name. Throws Tampered for whatever no bundle has. */
async function openZip(source) {
  const end = await zipEnd(source);
  must(end.offset + end.size === end.end, whole);
  must(end.size <= mostListed, 'The list of files is longer than that of any bundle');
  const list = await source.read(end.offset, end.size);
  const files = new Map();
  let next = 0;
  let at = 0;
  for (let number = 0; number < end.count; number += 1) {
    must(at + 46 <= list.length && uint32(list, at) === 0x02014b50, whole);
    const [nameLength, extraLength] = [uint16(list, at + 28), uint16(list, at + 30)];
    const headerEnd = at + 46 + nameLength + extraLength;
    must(headerEnd <= list.length && uint16(list, at + 32) === 0, whole);
    const name = textOf(list.subarray(at + 46, at + 46 + nameLength), 'The name of a file');
    must(
      name.length <= 200 && namePattern.test(name),
      `A file has a name that no bundle has: ${name.slice(0, 200)}`,
    );
    must(!files.has(name), `${name} is in the file twice`);
    const file = { name, ...entryOf(list, at, list.subarray(headerEnd - extraLength, headerEnd)) };
    must(file.offset === next, `Between the files of the bundle lies something else, before ${name}`);
    file.start = await localEnd(source, file, list.subarray(at, headerEnd), end.offset);
    next = await afterData(source, file, end.offset);
    files.set(name, file);
    at = headerEnd;
  }
  must(at === list.length && next === end.offset, whole);
  return files;
}

/** A file as the list has it; all that may vary in a bundle, and nothing else may. */
function entryOf(list, at, extra) {
  const [flags, method] = [uint16(list, at + 8), uint16(list, at + 10)];
  const odd = 'A file has a header that no bundle has';
  must((flags & ~0x0808) === 0 && (method === 0 || method === 8), odd);
  must(uint16(list, at + 12) === 0 && uint16(list, at + 14) === 0x21, odd); // 1980-01-01 00:00
  must(uint16(list, at + 34) === 0 && uint16(list, at + 36) === 0, odd);
  must(uint32(list, at + 38) === (0o100644 << 16) >>> 0 && uint16(list, at + 4) >> 8 === 3, odd);
  const file = {
    flags,
    method,
    crc: uint32(list, at + 16),
    packed: uint32(list, at + 20),
    size: uint32(list, at + 24),
    offset: uint32(list, at + 42),
    long: extra.length > 0,
  };
  if (!file.long) return file;
  must(extra.length === 28 && uint16(extra, 0) === 1 && uint16(extra, 2) === 24, odd);
  must(
    [file.packed, file.size, file.offset].every((value) => value === 0xffffffff),
    odd,
  );
  return { ...file, size: uint64(extra, 4), packed: uint64(extra, 12), offset: uint64(extra, 20) };
}

/** Where a file's bytes begin: its own header repeats what the list says. */
async function localEnd(source, file, listed, most) {
  const nameLength = uint16(listed, 28);
  must(file.offset + 30 + nameLength <= most, whole);
  const header = await source.read(file.offset, 30 + nameLength);
  const follows = (file.flags & 8) !== 0;
  must(uint32(header, 0) === 0x04034b50 && uint16(header, 28) === 0, whole);
  must(same(header.subarray(6, 14), listed.subarray(8, 16)) && uint16(header, 26) === nameLength, whole);
  const numbers = follows ? [0, 0, 0] : [file.crc, file.packed, file.size];
  must(
    numbers.every((value, at) => uint32(header, 14 + 4 * at) === value),
    whole,
  );
  must(same(header.subarray(30), listed.subarray(46, 46 + nameLength)), whole);
  return file.offset + 30 + nameLength;
}

/** Where a file ends, with the sizes that follow it where they were not known before. */
async function afterData(source, file, most) {
  const end = file.start + file.packed;
  const rest = (file.flags & 8) === 0 ? 0 : file.long ? 24 : 16;
  must(end + rest <= most, whole);
  if (rest === 0) return end;
  const tail = await source.read(end, rest);
  const [packed, size] = file.long
    ? [uint64(tail, 8), uint64(tail, 16)]
    : [uint32(tail, 8), uint32(tail, 12)];
  must(uint32(tail, 0) === 0x08074b50 && uint32(tail, 4) === file.crc, whole);
  must(packed === file.packed && size === file.size, whole);
  return end + rest;
}

async function* packedChunks(source, file) {
  const most = 256 * 1024;
  for (let at = 0; at < file.packed; at += most) {
    yield await source.read(file.start + at, Math.min(most, file.packed - at));
  }
}

/** A file's bytes, never more than it says that it has. */
async function* chunksOf(source, platform, file) {
  let size = 0;
  let crc = 0;
  const packed = packedChunks(source, file);
  const chunks = file.method === 0 ? packed : platform.inflate(packed, file.packed);
  try {
    for await (const chunk of chunks) {
      size += chunk.length;
      must(size <= file.size, `${file.name} is longer than it says`);
      crc = crc32(chunk, crc);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof Tampered || error instanceof CannotRun) throw error;
    throw new Tampered(`${file.name} cannot be unpacked`);
  }
  must(size === file.size && crc === file.crc, `${file.name} is not what it was when it was packed`);
}

// --- the tree (RFC 9162, section 2.1) ---

/** Hashes of leaves and nodes, and the two proofs. */
class Tree {
  constructor(platform) {
    this.sha256 = platform.sha256;
  }

  leaf(record) {
    return this.sha256(concat([Uint8Array.of(0), record]));
  }

  node(left, right) {
    return this.sha256(concat([Uint8Array.of(1), left, right]));
  }

  /** The root over hashes whose count is a power of two. */
  async perfect(hashes) {
    if (hashes.length === hashLength) return hashes;
    const middle = hashes.length / 2;
    return await this.node(
      await this.perfect(hashes.subarray(0, middle)),
      await this.perfect(hashes.subarray(middle)),
    );
  }

  /** Whether the leaf with this hash is at `index` of the tree (2.1.3.2). */
  async includes(proof, index, leaf, { size, root }) {
    if (!(Number.isSafeInteger(index) && index >= 0 && index < size)) return false;
    let [at, last, hash] = [index, size - 1, leaf];
    for (const sibling of proof) {
      if (last === 0) return false;
      if (at % 2 === 1 || at === last) {
        hash = await this.node(sibling, hash);
        while (at % 2 === 0 && at !== 0) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
      } else {
        hash = await this.node(hash, sibling);
      }
      [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
    }
    return last === 0 && same(hash, root);
  }

  /** Whether the first tree is the beginning of the second (2.1.4.2). */
  async extends(proof, first, second) {
    if (first.size < 1 || first.size > second.size) return false;
    if (first.size === second.size) return proof.length === 0 && same(first.root, second.root);
    let [at, last] = [first.size - 1, second.size - 1];
    while (at % 2 === 1) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
    const [seed, ...siblings] = at === 0 ? [first.root, ...proof] : proof;
    if (seed === undefined || proof.length === 0) return false;
    let [old, current] = [seed, seed];
    for (const sibling of siblings) {
      if (last === 0) return false;
      if (at % 2 === 1 || at === last) {
        old = await this.node(sibling, old);
        current = await this.node(sibling, current);
        while (at % 2 === 0 && at !== 0) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
      } else {
        current = await this.node(current, sibling);
      }
      [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
    }
    return last === 0 && same(old, first.root) && same(current, second.root);
  }
}

function proofOf(list, what) {
  must(Array.isArray(list) && list.length <= 128, `${what} has no proof`);
  return list.map((text) => {
    const hash = typeof text === 'string' ? fromBase64(text) : undefined;
    must(hash?.length === hashLength, `${what} has no proof`);
    return hash;
  });
}

// --- notes, keys and policies (C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-policy) ---

/** Reads `name+key id+key`. Throws CannotRun. */
async function parseKey(text, platform) {
  const [, name, id, encoded] = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text) ?? [];
  const key = fromBase64(encoded ?? '');
  if (key?.length !== 33 || (key[0] !== 1 && key[0] !== 4)) {
    throw new CannotRun(`This is no verifier key (name+id+key): ${String(text).slice(0, 200)}`);
  }
  const digest = await platform.sha256(concat([utf8.encode(`${name}\n`), key]));
  if (hex(digest.subarray(0, 4)) !== id)
    throw new CannotRun(`The id in this verifier key is not that of the key: ${text}`);
  return { text, name, id, type: key[0], publicKey: key.subarray(1) };
}

function parseNote(note, what) {
  const parting = note.lastIndexOf('\n\n');
  must(parting >= 0 && note.endsWith('\n') && note.length <= 100_000, `${what} is no signed note`);
  const signatures = note
    .slice(parting + 2, -1)
    .split('\n')
    .map((line) => {
      const [dash, name, encoded, ...rest] = line.split(' ');
      const bytes = fromBase64(encoded ?? '');
      must(dash === '—' && rest.length === 0 && bytes?.length > 4, `${what} is no signed note`);
      return { name, id: hex(bytes.subarray(0, 4)), signature: bytes.subarray(4) };
    });
  must(signatures.length <= 100, `${what} is no signed note`);
  return { text: note.slice(0, parting + 1), signatures };
}

/** The text of a note that this key signed. */
async function openNote(note, key, what, platform) {
  const { text, signatures } = parseNote(note, what);
  const signed = signatures.find(({ name, id }) => name === key.name && id === key.id);
  must(signed !== undefined, `${what} is not signed by ${key.name}`);
  const good = await platform.ed25519Verify(key.publicKey, utf8.encode(text), signed.signature);
  must(good, `The signature of ${what} does not fit`);
  return text;
}

function parseCheckpoint(text, origin, what) {
  const [from, size, encoded, end, ...rest] = text.split('\n');
  const root = fromBase64(encoded ?? '');
  must(
    end === '' && rest.length === 0 && /^(0|[1-9][0-9]{0,15})$/.test(size ?? ''),
    `${what} is no checkpoint`,
  );
  must(root?.length === hashLength, `${what} is no checkpoint`);
  must(from === origin, `${what} is of another log: ${from}`);
  return { size: Number(size), root };
}

/** The witnesses, groups and quorum of a policy, and the keys of logs that it trusts. Throws CannotRun. */
async function parsePolicy(text, platform) {
  const policy = { keys: [], members: new Map(), quorum: 'none' };
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    const [word, ...rest] = line.split(/\s+/);
    const [name, value, ...more] = rest;
    if (word === 'log' && name !== undefined) policy.keys.push((await parseKey(name, platform)).text);
    else if (word === 'witness' && value !== undefined && !policy.members.has(name)) {
      policy.members.set(name, { key: await parseKey(value, platform) });
    } else if (word === 'group' && more.length > 0 && !policy.members.has(name)) {
      const least = value === 'all' ? more.length : value === 'any' ? 1 : Number(value);
      const known = more.every((member) => policy.members.has(member));
      if (!known || !(Number.isInteger(least) && least >= 1 && least <= more.length)) throw badPolicy(line);
      policy.members.set(name, { least, of: more });
    } else if (word === 'quorum' && rest.length === 1 && (name === 'none' || policy.members.has(name))) {
      policy.quorum = name;
    } else throw badPolicy(line);
  }
  return policy;
}

const badPolicy = (line) => new CannotRun(`This line of the policy is not understood: ${line.slice(0, 200)}`);

/** When a witness cosigned this checkpoint, in seconds; undefined where it did not. */
async function cosignedAt({ text, signatures }, key, platform) {
  const found = signatures.find((each) => each.name === key.name && each.id === key.id);
  if (found === undefined || key.type !== 4 || found.signature.length !== 72) return undefined;
  const time = found.signature.subarray(0, 8).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  const signed = utf8.encode(`cosignature/v1\ntime ${time}\n${text}`);
  const good = await platform.ed25519Verify(key.publicKey, signed, found.signature.subarray(8));
  return good ? Number(time) : undefined;
}

/** Whether the quorum of a policy is met by those who cosigned. */
function isMet({ members, quorum }, cosigners) {
  const holds = (name) => {
    const { key, least, of } = members.get(name);
    return key === undefined ? of.filter(holds).length >= least : cosigners.has(name);
  };
  return quorum === 'none' || holds(quorum);
}

// --- the bundle ---

/** Checks one bundle; see `verifyBundle`. */
class Check {
  problems = [];
  missing = [];
  witnessed = [];
  matching = 0;

  constructor(source, platform) {
    this.source = source;
    this.platform = platform;
    this.tree = new Tree(platform);
  }

  found(error) {
    if (!(error instanceof Tampered)) throw error;
    if (this.problems.length < mostProblems)
      this.problems.push({ index: error.index, reason: error.message });
  }

  /** Runs one step; what it finds is noted, and the next one follows. */
  async step(work) {
    try {
      return await work();
    } catch (error) {
      this.found(error);
      return undefined;
    }
  }

  /** A file's bytes, whose size and hash are compared with the manifest once the last of them was read. */
  async *chunks(name) {
    const file = this.files.get(name);
    must(file !== undefined, `${name} is missing`);
    const listed = this.listed?.get(name);
    const digest = this.platform.digest();
    for await (const chunk of chunksOf(this.source, this.platform, file)) {
      digest.update(chunk);
      yield chunk;
    }
    this.read.add(name);
    if (outside.includes(name)) return;
    const fits = listed?.size === file.size && listed.sha256 === hex(await digest.digest());
    if (!fits) this.found(new Tampered(`${name} is not the file that the manifest lists`));
  }

  async bytes(name, most) {
    must((this.files.get(name)?.size ?? 0) <= most, `${name} is longer than in any bundle`);
    const pieces = [];
    for await (const chunk of this.chunks(name)) pieces.push(chunk);
    return concat(pieces);
  }

  async text(name, most = 2 ** 20) {
    return textOf(await this.bytes(name, most), name);
  }

  async json(name, most) {
    const value = jsonOf(await this.text(name, most), name);
    must(value !== null && typeof value === 'object' && !Array.isArray(value), `${name} is no object`);
    return value;
  }

  async *lines(name) {
    let rest = [];
    for await (const chunk of this.chunks(name)) {
      let from = 0;
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
        yield textOf(concat([...rest, chunk.subarray(from, at)]), name);
        [rest, from] = [[], at + 1];
      }
      rest.push(chunk.subarray(from));
      must(rest.reduce((sum, piece) => sum + piece.length, 0) < 2 ** 22, `${name} has a line without end`);
    }
    must(
      rest.every((piece) => piece.length === 0),
      `${name} ends within a line`,
    );
  }

  async run({ key, policy }) {
    this.read = new Set();
    const demanded = policy === undefined ? undefined : await parsePolicy(policy, this.platform);
    const pins = [
      ...(key === undefined ? [] : [(await parseKey(key, this.platform)).text]),
      ...(demanded?.keys ?? []),
    ];
    this.files = await openZip(this.source);
    await this.step(() => this.checkTrailer());
    await this.readManifest();
    const signer = await this.readKeys(pins);
    for (const name of this.files.keys()) {
      if (!this.listed.has(name) && !outside.includes(name)) {
        this.found(new Tampered(`${name} is in the file but not in the manifest`));
      }
    }
    const heads = await this.step(() => this.checkpoints(signer));
    const sealed = await this.step(() => this.checkSeal(signer, heads));
    await this.step(() => this.checkEntries(heads));
    for (const name of this.listed.keys()) {
      if (!this.read.has(name)) await this.step(() => this.drain(name));
    }
    if (demanded !== undefined) await this.step(() => this.checkWitnesses(demanded, sealed));
  }

  /** Who of the policy's witnesses cosigned the installation's log, and how much of this bundle is in what they saw. */
  async checkWitnesses(policy, sealed) {
    const cosigners = new Set();
    for (const { head, note } of sealed?.cosigned ?? []) {
      const parsed = parseNote(note, 'seal.json');
      for (const [name, { key }] of policy.members) {
        if (key === undefined) continue;
        const time = await cosignedAt(parsed, key, this.platform);
        if (time === undefined) continue;
        cosigners.add(name);
        const { first, end } = this.manifest;
        const seen = sealed.own ? Math.min(end, head.size) : sealed.vouchedAt < head.size ? end : 0;
        this.witnessed.push({ witness: name, entries: Math.max(0, seen - first), time });
      }
    }
    if (!isMet(policy, cosigners))
      this.missing.push('The log is not cosigned by the witnesses that the policy demands.');
  }

  async drain(name) {
    for await (const _ of this.chunks(name)); // reading it compares it
  }

  async checkTrailer() {
    must(this.files.has('trailer.json'), 'trailer.json is missing: the bundle is not whole');
    must([...this.files.keys()].at(-1) === 'trailer.json', 'trailer.json is not the last file');
    this.trailer = await this.json('trailer.json', 10_000);
  }

  /** What the signed manifest lists. Throws: without it there is nothing to compare with. */
  async readManifest() {
    const bytes = await this.bytes('manifest.json', mostListed);
    this.manifestHash = await this.platform.sha256(bytes);
    const note = await this.text('manifest.note');
    this.manifestNote = note;
    const [title, origin, encoded] = parseNote(note, 'manifest.note').text.split('\n');
    if (/^holdfast audit bundle v[0-9]{1,9}$/.test(title) && title !== 'holdfast audit bundle v1') {
      throw new CannotRun('This bundle has a later format. Use the verifier that lies in it.');
    }
    must(title === 'holdfast audit bundle v1', 'manifest.note is of no bundle');
    must(encoded === toBase64(this.manifestHash), 'manifest.json is not the one that was signed');
    const manifest = jsonOf(textOf(bytes, 'manifest.json'), 'manifest.json');
    must(manifest?.log === origin && manifest.format === 1, 'manifest.json is of another log than its note');
    const counts = [manifest.first, manifest.end, manifest.matched, manifest.openings];
    must(
      counts.every((count) => Number.isSafeInteger(count) && count >= 0),
      'manifest.json has no counts',
    );
    must(manifest.first % width === 0 && manifest.first <= manifest.end, 'manifest.json has no range');
    must(
      [manifest.from, manifest.to].every((time) => time === null || Number.isSafeInteger(time)),
      'manifest.json has no period',
    );
    must(Array.isArray(manifest.files), 'manifest.json lists no files');
    this.listed = new Map(manifest.files.map((file) => [String(file?.name), file]));
    must(this.listed.size === manifest.files.length, 'manifest.json lists a file twice');
    this.manifest = manifest;
    [this.installation] = origin.split('/');
    this.epoch = origin.slice(origin.lastIndexOf('/') + 1);
    await this.step(() => this.compareTrailer());
  }

  async compareTrailer() {
    const { trailer, manifest } = this;
    if (trailer === undefined) return;
    const told = {
      entries: manifest.end - manifest.first,
      matched: manifest.matched,
      files: manifest.files.length,
    };
    for (const [name, value] of Object.entries(told)) {
      must(trailer[name] === value, `trailer.json says ${name} ${trailer[name]}, the manifest ${value}`);
    }
    must(
      trailer.format === 1 && trailer.manifest === hex(this.manifestHash),
      'trailer.json is of another manifest',
    );
    const seal = await this.platform.sha256(await this.bytes('seal.json', 2 ** 20));
    must(trailer.seal === hex(seal), 'trailer.json is of another seal.json');
  }

  /** The key that signed, and whether a pinned one vouches for it. Throws: an unsigned manifest says nothing. */
  async readKeys(pins) {
    const { present, handedOver } = await this.json('keys.json');
    const parse = async (text) => {
      try {
        return await parseKey(text, this.platform);
      } catch {
        throw new Tampered('keys.json has something that is no key');
      }
    };
    const signer = await parse(present);
    must(
      signer.name.startsWith(`${this.installation}/${this.epoch}/`),
      'The key is of another installation than the log',
    );
    await openNote(this.manifestNote, signer, 'manifest.note', this.platform);
    must(Array.isArray(handedOver), 'keys.json does not say how keys were handed over');
    const chain = [];
    for (const step of handedOver) {
      const record = fromBase64(step?.record ?? '') ?? new Uint8Array(0);
      const { x, act, who, i, log } = jsonOf(textOf(record, 'keys.json'), 'keys.json') ?? {};
      const origin = `${this.installation}/installation/${this.epoch}`;
      must(
        act === 'log.key.rotate' && who?.k === 'system' && i === step.index && log === origin,
        'keys.json names an entry that hands over no key',
      );
      must(chain.length === 0 || chain.at(-1).text === x?.from, 'A key handed over that had not taken over');
      const [from, to] = [await parse(x?.from), await parse(x?.to)];
      const what = `The checkpoint by which ${to.name} took over`;
      const note = String(step.note);
      await openNote(note, to, what, this.platform);
      const head = parseCheckpoint(await openNote(note, from, what, this.platform), origin, what);
      const leaf = await this.tree.leaf(record);
      must(
        await this.tree.includes(proofOf(step.proof, what), step.index, leaf, head),
        `${what} does not have that entry`,
      );
      if (chain.length === 0) chain.push(from);
      chain.push(to);
    }
    must(
      chain.length === 0 || chain.at(-1).text === present,
      'Another key signed than the one that took over last',
    );
    if (chain.length === 0) chain.push(signer);
    this.signer = present;
    this.chain = chain;
    this.checkPins(pins, chain);
    return signer;
  }

  checkPins(pins, chain) {
    if (pins.length === 0) {
      this.missing.push(
        'No key was given to compare with: the bundle is consistent in itself, which says nothing of where it comes from.',
      );
      return;
    }
    if (pins.some((pin) => chain.some(({ text }) => text === pin))) return;
    const name = pins[0].slice(0, pins[0].indexOf('+'));
    const [installation, epoch, generation] = name.split('/');
    const newest = chain.at(-1).name.split('/');
    if (installation !== this.installation) {
      this.missing.push(
        `The bundle is not of the installation whose key was given, but of ${this.installation}.`,
      );
    } else if (epoch !== this.epoch || Number(generation?.slice(1)) > Number(newest[2].slice(1))) {
      this.missing.push(
        `The bundle was signed before or after the time of the key that was given, by ${newest.join('/')}.`,
      );
    } else {
      this.found(
        new Tampered(`The bundle is signed by another key than the one that was given: ${this.signer}`),
      );
    }
  }

  async checkpoints(signer) {
    const { first, end, log } = this.manifest;
    const open = async (name) => {
      const text = await openNote(await this.text(name), signer, name, this.platform);
      return parseCheckpoint(text, log, name);
    };
    const last = await open('checkpoints/last.note');
    must(last.size === end, 'checkpoints/last.note is of another size than the manifest says');
    if (first === 0) return { last };
    const before = await open('checkpoints/first.note');
    must(before.size === first, 'checkpoints/first.note is of another size than the manifest says');
    const list = (await this.text('checkpoints/consistency.txt')).split('\n').slice(0, -1);
    const proof = proofOf(list, 'checkpoints/consistency.txt');
    must(
      await this.tree.extends(proof, before, last),
      'checkpoints/first.note and checkpoints/last.note are of different histories',
    );
    return { first: before, last };
  }

  /** The installation's log had the hash of the manifest before the bundle was closed. Answers its checkpoint. */
  async checkSeal(signer, heads) {
    const seal = await this.json('seal.json');
    const origin = `${this.installation}/installation/${this.epoch}`;
    const head = parseCheckpoint(
      await openNote(String(seal.checkpoint), signer, 'seal.json', this.platform),
      origin,
      'seal.json',
    );
    const leafOf = async (what, { index, record, proof } = {}) => {
      const bytes = fromBase64(record ?? '') ?? new Uint8Array(0);
      must(
        await this.tree.includes(proofOf(proof, what), index, await this.tree.leaf(bytes), head),
        `${what} is not in the log`,
      );
      return jsonOf(textOf(bytes, what), what) ?? {};
    };
    const told = await leafOf('The entry of this export', seal.leaf);
    must(
      told.act === 'log.export' && told.who?.k === 'system' && told.res?.id === this.manifest.log,
      'The entry of this export is another one',
    );
    must(told.x?.manifest === toBase64(this.manifestHash), 'The entry of this export names another manifest');
    const own = this.manifest.log === origin;
    const cosigned = await this.cosigned(seal, origin, head);
    const sealed = { cosigned, own, vouchedAt: seal.vouched?.index };
    if (heads === undefined) return sealed;
    const proof = proofOf(seal.consistency, 'seal.json');
    const after = own ? head : await this.vouched(leafOf, seal.vouched);
    must(
      await this.tree.extends(proof, heads.last, after),
      `${own ? 'The log' : "The installation's log"} knows another history of these entries`,
    );
    return sealed;
  }

  /** Earlier checkpoints of the installation's log, from which the seal's goes on; and the seal's own. */
  async cosigned({ checkpoint, cosigned = [] }, origin, head) {
    const what = 'A cosigned checkpoint of seal.json';
    must(Array.isArray(cosigned) && cosigned.length <= 100, `${what} is none`);
    const found = [{ note: checkpoint, head }];
    for (const { note, consistency } of cosigned) {
      const { text, signatures } = parseNote(String(note), what);
      const own = this.chain.find(({ name, id }) =>
        signatures.some((each) => each.name === name && each.id === id),
      );
      must(own !== undefined, `${what} is signed by no key of this log`);
      await openNote(String(note), own, what, this.platform);
      const seen = parseCheckpoint(text, origin, what);
      must(await this.tree.extends(proofOf(consistency, what), seen, head), `${what} is of another history`);
      found.push({ note: String(note), head: seen });
    }
    return found;
  }

  async vouched(leafOf, entry) {
    const { act, who, res, x } = await leafOf("The entry that vouches for the tenant's log", entry);
    const root = fromBase64(x?.root ?? '');
    must(
      act === 'log.checkpoint' && who?.k === 'system' && res?.id === this.manifest.log,
      "The entry that vouches for the tenant's log is another one",
    );
    must(
      Number.isSafeInteger(x.size) && root?.length === hashLength,
      "The entry that vouches for the tenant's log has no head",
    );
    return { size: x.size, root };
  }

  /** Every entry, its leaf, the tiles up to the signed roots, and the files that repeat the entries. */
  async checkEntries(heads) {
    const { first, end } = this.manifest;
    if (end === first || this.manifest.matched === 0) this.missing.push('The bundle has no entries.');
    const repeated = new Repeated(this);
    let below = new Map();
    let partial;
    for (let tile = first / width; tile * width < end; tile += 1) {
      const count = Math.min(width, end - tile * width);
      const leaves = await this.step(() => this.bytes(pathOf('0', tile, count), width * hashLength));
      if (leaves?.length === count * hashLength) {
        if (count === width) below.set(tile, await this.tree.perfect(leaves));
        else partial = leaves;
      } else if (leaves !== undefined)
        this.found(new Tampered(`${pathOf('0', tile, count)} is no tile`, tile * width));
      await this.step(() => this.checkEntryBundle(tile, count, leaves, repeated));
      this.platform.progress?.(Math.min(end, (tile + 1) * width) - first, end - first);
    }
    await repeated.finish();
    const levels = [undefined];
    for (let level = 1; Math.floor(end / width ** level) > 0; level += 1) {
      const tiles = await this.tilesAt(level, below);
      levels.push(tiles);
      below = new Map();
      for (const [tile, hashes] of tiles) {
        if (hashes.length === width * hashLength) below.set(tile, await this.tree.perfect(hashes));
      }
    }
    if (heads === undefined) return;
    for (const [head, leaves] of [
      [heads.first, undefined],
      [heads.last, partial],
    ]) {
      if (head === undefined) continue;
      const root = await this.rootOf(head.size, levels, leaves);
      must(
        root !== undefined && same(root, head.root),
        `The tiles do not lead to the signed root of ${head.size} entries`,
      );
    }
  }

  /** The tiles of a level; each of their hashes whose tile below is in the bundle has to be that tile's root. */
  async tilesAt(level, below) {
    const { first, end } = this.manifest;
    const tiles = new Map();
    const hashes = Math.floor(end / width ** level);
    for (let tile = Math.floor(first / width ** (level + 1)); tile * width < hashes; tile += 1) {
      const name = pathOf(String(level), tile, Math.min(width, hashes - tile * width));
      const content = await this.step(() => this.bytes(name, width * hashLength));
      if (content === undefined) continue;
      for (let at = 0; at * hashLength < content.length; at += 1) {
        const root = below.get(tile * width + at);
        if (root === undefined || same(root, content.subarray(at * hashLength, (at + 1) * hashLength)))
          continue;
        this.found(
          new Tampered(
            `${name} does not follow from the tiles below it`,
            (tile * width + at) * width ** level,
          ),
        );
        break;
      }
      tiles.set(tile, content);
    }
    return tiles;
  }

  /** The root of the first `size` entries, from the right edge of the tiles: peaks from the lowest level up. */
  async rootOf(size, levels, leaves) {
    let root = size === 0 ? await this.tree.sha256(new Uint8Array(0)) : undefined;
    for (let level = 0; Math.floor(size / width ** level) > 0; level += 1) {
      const hashes = Math.floor(size / width ** level);
      const count = hashes % width;
      if (count === 0) continue;
      const tile = level === 0 ? leaves : levels[level]?.get(Math.floor(hashes / width));
      if (tile === undefined || tile.length < count * hashLength) return undefined;
      let end = count;
      for (let span = 1; end > 0; span *= 2) {
        if ((end & span) === 0) continue;
        const peak = await this.tree.perfect(tile.subarray((end - span) * hashLength, end * hashLength));
        root = root === undefined ? peak : await this.tree.node(peak, root);
        end -= span;
      }
    }
    return root;
  }

  async checkEntryBundle(tile, count, leaves, repeated) {
    const name = pathOf('entries', tile, count);
    const bytes = await this.bytes(name, width * 65_537);
    let at = 0;
    for (let number = 0; number < count; number += 1) {
      const index = tile * width + number;
      must(at + 2 <= bytes.length, `Entry ${index} and those after it in ${name} are missing`, index);
      const end = at + 2 + bytes[at] * 256 + bytes[at + 1];
      must(end <= bytes.length, `Entry ${index} is cut short`, index);
      const record = bytes.subarray(at + 2, end);
      const leaf = await this.tree.leaf(record);
      const expected = leaves?.subarray(number * hashLength, (number + 1) * hashLength);
      await this.step(() => this.checkRecord(index, record, leaf, expected, repeated));
      at = end;
    }
    must(at === bytes.length, `${name} has more than its ${count} entries`, tile * width + count - 1);
  }

  async checkRecord(index, record, leaf, expected, repeated) {
    must(
      expected !== undefined && same(leaf, expected),
      `Entry ${index} is not the one that was logged`,
      index,
    );
    const text = textOf(record, `Entry ${index}`);
    const entry = jsonOf(text, `Entry ${index}`);
    must(
      entry?.v === 1 && entry.i === index && entry.log === this.manifest.log,
      `Entry ${index} belongs elsewhere: entry ${entry?.i} of ${entry?.log}`,
      index,
    );
    this.matching += 1;
    await repeated.compare(index, text, entry, leaf);
  }
}

/** events.jsonl, events.ocsf.jsonl and openings.jsonl, read beside the entries that they repeat. */
class Repeated {
  constructor(check) {
    const { manifest } = check;
    this.check = check;
    this.matched = 0;
    this.opened = 0;
    this.events = check.lines('events.jsonl');
    this.ocsf = check.lines('events.ocsf.jsonl');
    this.openings = check.listed.has('openings.jsonl') ? check.lines('openings.jsonl') : undefined;
    this.inPeriod = ({ t }) =>
      (manifest.from === null || t >= manifest.from) && (manifest.to === null || t < manifest.to);
    /** Files that were found wrong are not compared further. */
    this.given = new Set();
  }

  async compare(index, text, entry, leaf) {
    if (!this.inPeriod(entry)) return;
    this.matched += 1;
    await this.one('events.jsonl', async () => {
      const { value } = await this.events.next();
      const expected = `{"index":${index},"leaf":"${toBase64(leaf)}","record":${text}}`;
      must(value === expected, `events.jsonl does not have entry ${index} as it was logged`, index);
    });
    await this.one('events.ocsf.jsonl', async () => {
      const { value } = await this.ocsf.next();
      const { metadata } = jsonOf(value ?? 'null', 'events.ocsf.jsonl') ?? {};
      must(
        metadata?.sequence === index && metadata.uid === entry.id,
        `events.ocsf.jsonl does not have entry ${index}`,
        index,
      );
    });
    if (this.openings !== undefined) await this.one('openings.jsonl', () => this.open(index, entry));
  }

  async one(name, work) {
    if (this.given.has(name)) return;
    try {
      await work();
    } catch (error) {
      this.given.add(name);
      this.check.found(error);
    }
  }

  /** The fields of this entry that were disclosed: each has to be what the record committed to. */
  async open(index, { id, pd = [], why, dif }) {
    for (;;) {
      this.waiting ??= (await this.openings.next()).value;
      if (this.waiting === undefined) return;
      const { index: of, event, field, r, v } = jsonOf(this.waiting, 'openings.jsonl') ?? {};
      if (of !== index) return;
      this.waiting = undefined;
      const personal = pd.find(({ f }) => f === field)?.c;
      const committed = personal ?? { why, 'dif.b': dif?.b, 'dif.a': dif?.a }[field];
      const random = fromBase64(r ?? '') ?? new Uint8Array(0);
      const bytes = concat([utf8.encode('holdfast/pd/v1'), random, utf8.encode(canonical(v))]);
      const fits = random.length === 32 && toBase64(await this.check.platform.sha256(bytes)) === committed;
      must(fits && event === id, `openings.jsonl says of entry ${index} what it was not: ${field}`, index);
      this.opened += 1;
    }
  }

  async finish() {
    const { manifest } = this.check;
    for (const [name, lines] of [
      ['events.jsonl', this.events],
      ['events.ocsf.jsonl', this.ocsf],
      ['openings.jsonl', this.openings],
    ]) {
      if (lines === undefined) continue;
      await this.one(name, async () => {
        const { done } =
          name === 'openings.jsonl' && this.waiting !== undefined ? { done: false } : await lines.next();
        must(done, `${name} has more than the entries`);
      });
    }
    await this.check.step(() => {
      must(
        this.matched === manifest.matched,
        `The manifest says ${manifest.matched} entries of the period, ${this.matched} are here`,
      );
      must(
        this.openings === undefined || this.opened === manifest.openings,
        `The manifest says ${manifest.openings} disclosed fields, ${this.opened} are here`,
      );
    });
  }
}

/** C2SP tlog-tiles: index in groups of three digits. */
function pathOf(level, index, count) {
  let path = String(index % 1000).padStart(3, '0');
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    path = `x${String(rest % 1000).padStart(3, '0')}/${path}`;
  }
  return `tile/${level}/${path}${count === width ? '' : `.p/${count}`}`;
}

/**
 * Checks a bundle. `source`: {size, read(offset, length)}. `platform`: {sha256(bytes), digest(), ed25519Verify(key, text,
 * signature), inflate(chunks, packed)}, each may answer a promise. `key`: the verifier key that is trusted; `policy`: text of
 * a C2SP tlog-policy. Throws CannotRun.
 */
export async function verifyBundle(source, platform, { key, policy } = {}) {
  const check = new Check(source, platform);
  await check.step(() => check.run({ key, policy }));
  const { problems, missing, manifest, matching, witnessed } = check;
  problems.sort(
    (one, other) => (one.index ?? Number.POSITIVE_INFINITY) - (other.index ?? Number.POSITIVE_INFINITY),
  );
  const verdict = problems.length > 0 ? 'tampered' : missing.length > 0 ? 'incomplete' : 'verified';
  const entries = manifest === undefined ? 0 : manifest.end - manifest.first;
  return {
    verdict,
    status: { verified: 0, tampered: 2, incomplete: 3 }[verdict],
    problems,
    missing,
    log: manifest?.log ?? null,
    first: manifest?.first ?? 0,
    entries,
    matched: manifest?.matched ?? 0,
    key: check.signer ?? null,
    /** Witnesses of the policy: how many of the entries they have seen, and when (POSIX seconds). */
    witnessed,
    trustworthy:
      problems.length === 0
        ? `${matching} of ${entries} entries`
        : `${matching} of ${entries} entries fit their tiles; as long as the problems are not explained, trust none of them further than that`,
    notProven,
  };
}
