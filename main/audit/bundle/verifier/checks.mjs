// The checks of an audit bundle, for Node and browsers alike; docs/formats/audit-bundle.md says what is checked.
// Nothing but the parts beside it is imported: `source` reads the file, `platform` has SHA-256, Ed25519 and inflate.
import { asObject, concat, fromBase64, hex, jsonOf, textOf, toBase64 } from './bytes.mjs';
import { readControls } from './controls.mjs';
import { Entries } from './entries.mjs';
import { asFinding, CannotRun, must, Tampered } from './findings.mjs';
import { openNote, parseCheckpoint, parseKey, parseNote } from './notes.mjs';
import { cosignedAt, isMet, parsePolicy } from './policy.mjs';
import { checkTimestamp, trustInStamp, undecidedStamp } from './timestamps.mjs';
import { hashLength, proofOf, Tree, width } from './tree.mjs';
import { chunksOf, openZip } from './zip.mjs';

const notProven = [
  'That everything that happened was logged: a program that never logs leaves no trace.',
  'That no entry outside of this range has a time of the period that was asked for: where the clock was turned, one may.',
  "That the signing key was in nobody else's hands when it signed.",
  'That nothing was added to the log after the newest entry of this bundle.',
  "That the computer's clock was right: the order of entries is proven, their times are not.",
  'That events.csv and events.ocsf.jsonl say the same as the entries: they are conversions; events.jsonl is compared byte by byte.',
];

const mostProblems = 100;
/** Bytes that a changed file may have more than it had and still be read, to say what was changed. */
const mostLonger = 2 ** 24;
const outside = ['manifest.json', 'manifest.note', 'seal.json', 'trailer.json'];

/** Of an epoch or generation, such as e2; without one nothing holds of it. */
const numberIn = (text) => Number(text?.slice(1));

/** Checks one bundle; see `verifyBundle`. */
class Check {
  problems = [];
  missing = [];
  witnessed = [];
  timestamped = [];
  /** What would be proven if more were looked at than is here. */
  unproven = [];
  /** What was pruned before the range, and which archive has the newest part of it. */
  archived = null;
  sealedAt = null;
  /** Whether a key that was given led to the one that signed. */
  pinned = false;

  constructor(source, platform) {
    this.source = source;
    this.platform = platform;
    this.tree = new Tree(platform);
  }

  found(error) {
    const finding = asFinding(error);
    if (finding === undefined) throw error;
    if (this.problems.length < mostProblems)
      this.problems.push({ index: finding.index, reason: finding.message });
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
    must(
      outside.includes(name) || file.size <= (listed?.size ?? 0) + mostLonger,
      `${name} is longer than the manifest says`,
    );
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
    if (this.manifest.matched === 0) this.missing.push('The bundle has no entries.');
    this.controls = await this.step(() => readControls(this));
    this.entries = new Entries(this);
    await this.step(() => this.entries.run(heads));
    this.controls?.finish();
    for (const name of this.listed.keys()) {
      if (!this.read.has(name)) await this.step(() => this.drain(name));
    }
    this.tellTimestamps(sealed);
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
        this.witnessed.push({ witness: name, entries: this.entriesIn(head.size, sealed), time });
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
    const bytes = await this.bytes('manifest.json', 2 ** 26);
    this.manifestHash = await this.platform.sha256(bytes);
    const note = await this.text('manifest.note');
    this.manifestNote = note;
    const [title, origin, encoded] = parseNote(note, 'manifest.note').text.split('\n');
    if (/^holdfast audit bundle v[0-9]{1,9}$/.test(title) && title !== 'holdfast audit bundle v1') {
      throw new CannotRun(
        'The file says that it has a later format than this verifier knows. Get a later verifier from somebody whom you trust, not from the file.',
      );
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
    const tiles = Math.ceil((manifest.end - manifest.first) / width);
    must(tiles <= this.files.size, 'manifest.json has a range of more entries than there are files for');
    must(
      [manifest.from, manifest.to].every((time) => time === null || Number.isSafeInteger(time)),
      'manifest.json has no period',
    );
    must(Array.isArray(manifest.files), 'manifest.json lists no files');
    this.listed = new Map(manifest.files.map((file) => [String(file?.name), file]));
    must(this.listed.size === manifest.files.length, 'manifest.json lists a file twice');
    this.manifest = manifest;
    [this.installation] = origin.split('/');
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
    const [installation, epoch] = signer.name.split('/');
    const ofLog = this.manifest.log.slice(this.manifest.log.lastIndexOf('/') + 1);
    must(installation === this.installation, 'The key is of another installation than the log');
    must(numberIn(epoch) >= numberIn(ofLog), 'The key is of an epoch before that of the log');
    this.epoch = epoch;
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
    this.pinned = pins.some((pin) => chain.some(({ text }) => text === pin));
    if (this.pinned) return;
    const named = pins.map((pin) => pin.slice(0, pin.indexOf('+')).split('/'));
    const ofThis = named.filter(([installation]) => installation === this.installation);
    const ofEpoch = ofThis.filter(([, epoch]) => epoch === this.epoch);
    const newest = chain.at(-1).name.split('/');
    if (ofThis.length === 0) {
      this.missing.push(
        `The bundle is not of the installation whose key was given, but of ${this.installation}.`,
      );
    } else if (ofEpoch.every(([, , generation]) => numberIn(generation) > numberIn(newest[2]))) {
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
    const leafOf = async (what, leaf) => {
      const { index, record, proof } = asObject(leaf);
      const bytes = fromBase64(record ?? '') ?? new Uint8Array(0);
      must(
        await this.tree.includes(proofOf(proof, what), index, await this.tree.leaf(bytes), head),
        `${what} is not in the log`,
      );
      return asObject(jsonOf(textOf(bytes, what), what));
    };
    const told = await leafOf('The entry of this export', seal.leaf);
    must(
      told.act === 'log.export' && told.who?.k === 'system' && told.res?.id === this.manifest.log,
      'The entry of this export is another one',
    );
    must(told.x?.manifest === toBase64(this.manifestHash), 'The entry of this export names another manifest');
    this.sealedAt = Number.isSafeInteger(told.t) ? told.t : null;
    const own = this.manifest.log === origin;
    const cosigned = await this.cosigned(seal, origin, head);
    const stamps = await this.checkTimestamps(seal, origin, head, leafOf);
    await this.step(() => this.checkPruned(leafOf, seal.pruned));
    const sealed = { cosigned, stamps, own, vouchedAt: seal.vouched?.index };
    if (heads === undefined) return sealed;
    const proof = proofOf(seal.consistency, 'seal.json');
    const after = own ? head : await this.vouched(leafOf, seal.vouched);
    must(
      await this.tree.extends(proof, heads.last, after),
      `${own ? 'The log' : "The installation's log"} knows another history of these entries`,
    );
    return sealed;
  }

  /** What is missing before a whole log's range has to be archived: the installation's log tells of it. */
  async checkPruned(leafOf, entry) {
    const { first, from, to, log } = this.manifest;
    const whole = from === null && to === null;
    if (entry === undefined) {
      must(
        !whole || first === 0,
        `premature_deletion: the entries before ${first} are missing, and no pruning tells of them`,
        0,
      );
      return;
    }
    const what = 'The entry that tells what was pruned';
    const { act, who, res, x } = await leafOf(what, entry);
    must(act === 'log.pruned' && who?.k === 'system' && res?.id === log, `${what} is another one`);
    const manifest = fromBase64(String(x?.archive));
    must(
      Number.isSafeInteger(x?.from) && Number.isSafeInteger(x.to) && manifest?.length === hashLength,
      `${what} names no archive`,
    );
    must(
      whole ? first === x.to : first >= x.to,
      `premature_deletion: the entries from ${x.to} to ${first} are missing, and no pruning tells of them`,
      x.to,
    );
    this.archived = { from: x.from, to: x.to, file: String(x.file), manifest: hex(manifest) };
  }

  /** Earlier checkpoints of the installation's log, from which the seal's goes on; and the seal's own. */
  async cosigned({ checkpoint, cosigned = [] }, origin, head) {
    const what = 'A cosigned checkpoint of seal.json';
    must(Array.isArray(cosigned) && cosigned.length <= 100, `${what} is none`);
    const found = [{ note: checkpoint, head }];
    for (const each of cosigned.map(asObject)) {
      const seen = await this.earlier(each, what, origin, head);
      found.push({ note: String(each.note), head: seen });
    }
    return found;
  }

  /** A checkpoint of the installation's log from which the seal's goes on. */
  async earlier({ note, consistency }, what, origin, head) {
    const { text, signatures } = parseNote(String(note), what);
    const own = this.chain.find(({ name, id }) =>
      signatures.some((each) => each.name === name && each.id === id),
    );
    must(own !== undefined, `${what} is signed by no key of this log`);
    await openNote(String(note), own, what, this.platform);
    const seen = parseCheckpoint(text, origin, what);
    must(await this.tree.extends(proofOf(consistency, what), seen, head), `${what} is of another history`);
    return seen;
  }

  /** Each time stamp is of an earlier checkpoint, and made by an authority whose CA the log names. */
  async checkTimestamps({ timestamped = [] }, origin, head, leafOf) {
    const what = 'A time stamp of seal.json';
    must(Array.isArray(timestamped) && timestamped.length <= 100, `${what} is none`);
    const stamps = [];
    for (const each of timestamped.map(asObject)) {
      const seen = await this.earlier(each, what, origin, head);
      stamps.push(await checkTimestamp(each, { seen, leafOf, origin, platform: this.platform }));
    }
    return stamps;
  }

  /** How much of this bundle is in the first `size` entries of the installation's log. */
  entriesIn(size, { own, vouchedAt }) {
    const { first, end } = this.manifest;
    const seen = own ? Math.min(end, size) : vouchedAt < size ? end : 0;
    return Math.max(0, seen - first);
  }

  tellTimestamps(sealed) {
    for (const stamp of sealed?.stamps ?? []) {
      if (stamp.why === undefined)
        this.timestamped.push({ ...stamp, entries: this.entriesIn(stamp.size, sealed) });
      else this.unproven.push(undecidedStamp(stamp));
    }
    if (this.timestamped.length > 0) this.unproven.push(trustInStamp);
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
}

/**
 * Checks a bundle. `source`: {size, read(offset, length)}. `platform`: {sha256(bytes), digest(), ed25519Verify(key, text,
 * signature), inflate(chunks, packed)}, each may answer a promise. `key`: the verifier key that is trusted; `policy`: text of
 * a C2SP tlog-policy. Throws CannotRun.
 */
export async function verifyBundle(source, platform, { key, policy } = {}) {
  const check = new Check(guarded(source), platform);
  await check.step(() => check.run({ key, policy }));
  const { problems, missing, manifest, witnessed, timestamped } = check;
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
    /** What was asked for, in epoch milliseconds: `from` on, before `to`; null: from the beginning, to the end. */
    period: { from: manifest?.from ?? null, to: manifest?.to ?? null },
    /** When the log says that it was exported, in epoch milliseconds. */
    sealedAt: check.sealedAt,
    key: check.signer ?? null,
    /** SHA-256, in hex. */
    manifest: check.manifestHash === undefined ? null : hex(check.manifestHash),
    archived: check.archived,
    /** Witnesses of the policy: how many of the entries they have seen, and when (POSIX seconds). */
    witnessed,
    /** Time stamps that hold: of how many of the entries, by whom, and under which CA; times in milliseconds. */
    timestamped,
    /** Of a report: each control, and on what its status rests (`Controls.report`). */
    controls: check.controls?.report ?? [],
    trustworthy: trustworthyOf(check, entries, key !== undefined || policy !== undefined),
    notProven: [...check.unproven, ...notProven],
  };
}

/** That bytes cannot be read says nothing of a bundle. */
function guarded({ size, read }) {
  return {
    size,
    async read(offset, length) {
      try {
        return await read(offset, length);
      } catch (error) {
        if (error instanceof CannotRun) throw error;
        throw new CannotRun(`The file cannot be read: ${error instanceof Error ? error.message : error}`);
      }
    },
  };
}

/** What one may go by, whatever else is wrong: an entry leads to a signed head on its own. */
function trustworthyOf({ problems, entries, pinned }, count, given) {
  const matching = entries?.matching ?? 0;
  if (problems.length > 0 && !(entries?.rooted && matching > 0))
    return 'nothing: what is here does not lead to a signed head of the log';
  if (!pinned && given && problems.length > 0)
    return 'nothing: the key that was given did not sign what is here';
  const limits = [
    ...(problems.length === 0
      ? []
      : ['each leads to the signed head on its own; nothing else in the file is']),
    ...(pinned ? [] : ["if the key is the installation's own"]),
  ];
  return [`${matching} of ${count} entries`, ...limits].join('; ');
}
