import type { Reading } from '../../storage/store.ts';
import { decodeBase64 } from '../base64.ts';
import { openCheckpoint } from '../checkpoint.ts';
import { placeOf, positionOf, readTile, type StoredLog } from '../log-store.ts';
import { hashLength, leafHash, sameHash } from '../merkle.ts';
import type { NoteVerifier } from '../note.ts';
import { type AuditRecord, decodeRecord } from '../record.ts';
import { fullTileWidth } from '../tiles.ts';
import { appendLeaves, edgeRoot, emptyEdge, type Tile, type TreeEdge } from '../tree-edge.ts';
import type { OpeningKeys, OpensField } from './opening-keys.ts';
import { PrunedPart } from './pruned-part.ts';
import { OpeningsOf } from './verify-openings.ts';

export interface Problem {
  readonly logId: string;
  readonly index: number | null;
  readonly reason: string;
}

/** A head that something outside this log vouches for: an anchor, or a leaf of the installation's log. */
export interface VouchedHead {
  readonly size: number;
  readonly root: Uint8Array;
  /** Who says so. */
  readonly by: string;
}

/** What is known of a log after its first `edge.size` entries were verified. */
export interface Mark {
  readonly edge: TreeEdge;
  /** By origin: what these entries say of other logs. */
  readonly vouched: ReadonlyMap<string, VouchedHead[]>;
  /** The key that took over last, in C2SP's form. */
  readonly handedTo: string | undefined;
}

export interface LogReport {
  readonly problems: Problem[];
  /** By origin: what this log's `log.checkpoint` leaves say of other logs. */
  readonly vouched: Map<string, VouchedHead[]>;
  /** Of the entries that are left below `dropped`; undefined where they were not read. */
  readonly kept: Uint8Array | undefined;
}

export interface LogCheck {
  readonly reading: Reading;
  readonly log: StoredLog;
  /** The entries below are pruned. */
  readonly dropped: number;
  /** What vouches for other logs; no other log's leaves are listened to. */
  readonly isInstallation: boolean;
  /** Of a former epoch: it has ended, and the present log of the installation vouches for all of it. */
  readonly isFormer: boolean;
  readonly keys: OpeningKeys;
  /** Asked in place of the keys whether a field opens. */
  readonly opens?: OpensField | undefined;
  readonly verifiers: readonly NoteVerifier[];
  /** Name of the key that has to have signed what nothing else vouches for; undefined for a former epoch. */
  readonly presentKey: string | undefined;
  readonly vouched: readonly VouchedHead[];
  readonly onEntries: (count: number) => void;
  /** Told of each record that can be read. */
  readonly onRecord?: (index: number, record: AuditRecord) => void;
  /** Told of each field of a person without a key. */
  readonly onMissingKey: (subject: string, index: number, time: number) => void;
  /** Begins there: everything before it was verified, and is as it was. */
  readonly from?: Mark | undefined;
  /** Leaves a mark at this size, a multiple of 256, to begin from another time. */
  readonly markAt?: number | undefined;
  readonly onMark?: (mark: Mark) => void;
}

/** So many problems of one log are named; more add nothing. */
const mostProblems = 100;
const chunk = 512;

/**
 * Re-reads every stored value of one log: records in their canonical form, at their own index, hashing to the
 * signed root, with the stored tiles and every head that is vouched for elsewhere.
 */
export function verifyLog(check: LogCheck): LogReport {
  const { reading, log, isInstallation, isFormer, vouched, onEntries, from, markAt } = check;
  const handing = new HandingOver(isInstallation ? check : undefined, from?.handedTo);
  const problems: Problem[] = [];
  const found = (index: number | null, reason: string) => {
    if (problems.length < mostProblems) problems.push({ logId: log.origin, index, reason });
  };
  const pruned =
    from === undefined && check.dropped > 0
      ? new PrunedPart(reading, log.log, check.dropped, found)
      : undefined;
  const first = from?.edge.size ?? check.dropped;
  const heads = [...vouched]
    .filter(({ size }) => size > first || first === 0)
    .sort((one, other) => one.size - other.size);
  const said = copied(from?.vouched ?? new Map());
  const tree = new GrowingTree(reading, log.log, found, from?.edge ?? pruned?.edge);
  const openingsOf = new OpeningsOf(
    reading,
    positionOf(log.log, first),
    check.keys,
    found,
    check.onMissingKey,
    check.opens,
  );
  const mark = () => {
    if (tree.size !== markAt) return;
    check.onMark?.({ edge: tree.edge, vouched: copied(said), handedTo: handing.last });
  };
  const read = (entry: Entry, onRecord?: (record: AuditRecord) => void) => {
    const record = checkRecord(log, entry, found);
    if (record === undefined) return;
    onRecord?.(record);
    if (isInstallation) listen(entry.index, record, said, found);
    handing.read(entry.index, record, found);
    check.onRecord?.(entry.index, record);
  };
  if (pruned !== undefined) {
    for (const entry of entriesOf(reading, positionOf(log.log, 0), positionOf(log.log, first))) {
      pruned.checkEntry(entry.index, leafHash(entry.bytes));
      read(entry);
    }
    pruned.checkHeads(vouched.filter(({ size }) => size <= first));
    pruned.checkOpenings();
  }
  mark();
  for (const entry of entriesOf(reading, positionOf(log.log, first), positionOf(log.log + 1, 0))) {
    if (entry.index !== tree.size)
      found(
        tree.size,
        `premature_deletion: entry ${tree.size} is missing: next comes ${entry.index}; no pruning tells of it`,
      );
    if (entry.index > tree.size && entry.index < log.size) tree.skipTo(entry.index);
    read(entry, (record) => openingsOf.check(entry.index, record));
    tree.add(leafHash(entry.bytes));
    while (heads[0]?.size === tree.size) checkHead(tree.root(), heads.shift(), found);
    mark();
    if ((tree.size - first) % chunk === 0) onEntries(chunk);
  }
  onEntries((tree.size - first) % chunk);
  for (const head of heads) found(null, `${head.by} vouches for ${head.size} entries, ${tree.size} are here`);
  openingsOf.finish();
  checkTiles(reading, log, tree.size, found);
  if (isFormer || !isInstallation) checkCommitted(log, vouched, found);
  if (isFormer && log.committed_size !== tree.size)
    found(null, 'nothing vouches for all of this log of a former epoch');
  const unvouched = isInstallation || vouched.every(({ size }) => size < tree.size);
  handing.finish(found);
  checkNote(log, tree, { ...check, mustBePresent: unvouched }, found);
  return { problems, vouched: said, kept: pruned?.digest };
}

type Found = (index: number | null, reason: string) => void;

const copied = (vouched: ReadonlyMap<string, readonly VouchedHead[]>) =>
  new Map([...vouched].map(([origin, heads]) => [origin, [...heads]]));

/** So many entries are read at once. */
const atOnce = 256;

/** The entries of a log between two positions, the second excluded. */
function* entriesOf(reading: Reading, first: number, end: number): Generator<Entry> {
  const start = positionOf(placeOf(first).log, 0);
  const query = reading.sql<{ position: number; event_id: string; record: Uint8Array }>(
    'SELECT position, event_id, record FROM entries WHERE position >= ? AND position < ? ORDER BY position LIMIT ?',
  );
  for (let from = first; from < end; ) {
    const rows = query.all(from, end, atOnce);
    for (const { position, event_id, record } of rows)
      yield { index: position - start, bytes: record, eventId: event_id };
    from = rows.length < atOnce ? end : (rows.at(-1)?.position ?? end) + 1;
  }
}

interface Entry {
  readonly index: number;
  readonly eventId: string;
  readonly bytes: Uint8Array;
}

function checkRecord(
  log: StoredLog,
  { index, eventId, bytes }: Entry,
  found: Found,
): AuditRecord | undefined {
  let record: AuditRecord;
  try {
    record = decodeRecord(bytes);
  } catch {
    found(index, 'the record is not canonical JSON of version 1');
    return undefined;
  }
  if (record.id !== eventId) found(index, 'the row names another event than the record');
  if (record.log !== log.origin) found(index, `the record belongs to another log: ${record.log}`);
  if (record.i !== index) found(index, `the record says it is entry ${record.i}`);
  return record;
}

/** Notes what the installation's log says of another log's head. */
function listen(index: number, record: AuditRecord, said: Map<string, VouchedHead[]>, found: Found): void {
  if (record.act !== 'log.checkpoint' || record.who.k !== 'system' || record.res === undefined) return;
  const { size, root } = record.x ?? {};
  const digest = typeof root === 'string' ? decodeBase64(root) : undefined;
  if (typeof size !== 'number' || digest === undefined) {
    found(index, 'a checkpoint leaf without size and root');
    return;
  }
  const heads = said.get(record.res.id) ?? [];
  heads.push({ size, root: digest, by: `entry ${index} of the installation's log` });
  said.set(record.res.id, heads);
}

/** The stored mark decides when the next leaf is written: one set too high would end the vouching. */
function checkCommitted(log: StoredLog, vouched: readonly VouchedHead[], found: Found): void {
  const newest = Math.max(0, ...vouched.map(({ size }) => size));
  if (log.committed_size === newest) return;
  found(
    null,
    `the log table says that ${log.committed_size} entries are vouched for; the installation's log says ${newest}`,
  );
}

function checkHead(root: Uint8Array, head: VouchedHead | undefined, found: Found): void {
  if (head === undefined || sameHash(root, head.root)) return;
  found(head.size - 1, `the first ${head.size} entries are not those that ${head.by} vouches for`);
}

/** The tree as the entries make it; each tile that fills is compared with the stored one. */
class GrowingTree {
  readonly #reading: Reading;
  readonly #log: number;
  readonly #found: Found;
  #edge: TreeEdge;
  #waiting: Uint8Array[] = [];

  constructor(reading: Reading, log: number, found: Found, edge = emptyEdge()) {
    this.#reading = reading;
    this.#log = log;
    this.#found = found;
    this.#edge = edge;
  }

  /** At a multiple of 256 leaves. */
  get edge(): TreeEdge {
    return this.#edge;
  }

  get size(): number {
    return this.#edge.size + this.#waiting.length;
  }

  add(leaf: Uint8Array): void {
    this.#waiting.push(leaf);
    if (this.#waiting.length === fullTileWidth) this.#grow();
  }

  /** Over entries that are missing, with what the stored tiles say of them: what comes after can still be compared. */
  skipTo(index: number): void {
    while (this.size < index) {
      const tile = readTile(this.#reading, this.#log, {
        level: 0,
        index: Math.floor(this.size / fullTileWidth),
      });
      const start = (this.size % fullTileWidth) * hashLength;
      const leaf = tile?.hashes.subarray(start, start + hashLength);
      this.add(leaf?.length === hashLength ? leaf : new Uint8Array(hashLength));
    }
  }

  root(): Uint8Array {
    this.#grow();
    return edgeRoot(this.#edge);
  }

  #grow(): void {
    const { edge, tiles } = appendLeaves(this.#edge, Buffer.concat(this.#waiting));
    this.#waiting = [];
    this.#edge = edge;
    for (const tile of tiles) {
      if (tile.width === fullTileWidth && !isStored(this.#reading, this.#log, tile)) {
        this.#found(null, `stored tile ${tile.level}/${tile.index} does not fit the entries`);
      }
    }
  }
}

function isStored(reading: Reading, log: number, tile: Tile): boolean {
  const row = readTile(reading, log, tile);
  if (row === undefined || !sameHash(row.hashes, tile.hashes)) return false;
  return row.root === null || (tile.root !== null && sameHash(row.root, tile.root));
}

function checkTiles(reading: Reading, log: StoredLog, size: number, found: Found): void {
  let expected = 0;
  for (let full = Math.floor(size / fullTileWidth); full > 0; full = Math.floor(full / fullTileWidth))
    expected += full;
  const stored =
    reading.sql<{ n: number }>('SELECT count(*) AS n FROM tiles WHERE log = ?').get(log.log)?.n ?? 0;
  if (stored !== expected) found(null, `${stored} tiles are stored where ${expected} belong`);
}

/** The keys of an epoch in their order, as the installation's log tells it: each names the one before it. */
class HandingOver {
  readonly #check: Pick<LogCheck, 'verifiers' | 'presentKey'> | undefined;
  #last: string | undefined;

  constructor(check: Pick<LogCheck, 'verifiers' | 'presentKey'> | undefined, last: string | undefined) {
    this.#check = check;
    this.#last = last;
  }

  /** The one that took over last. */
  get last(): string | undefined {
    return this.#last;
  }

  read(index: number, { act, who, x }: AuditRecord, found: Found): void {
    if (this.#check === undefined || act !== 'log.key.rotate' || who.k !== 'system') return;
    const { from, to } = x ?? {};
    if (this.#last !== undefined && from !== this.#last)
      found(index, 'a key hands over that had not taken over');
    if (typeof to !== 'string' || !this.#check.verifiers.some((known) => nameIn(to) === known.name))
      found(index, 'a key takes over that is none of this installation');
    this.#last = typeof to === 'string' ? to : undefined;
  }

  /** The newest key that the log names is the one that signs. */
  finish(found: Found): void {
    const present = this.#check?.presentKey;
    if (this.#last === undefined || present === undefined || nameIn(this.#last) === present) return;
    found(null, 'another key signs than the log says has taken over');
  }
}

/** The name in a key of C2SP's form. */
const nameIn = (verifierKey: string) => verifierKey.slice(0, verifierKey.indexOf('+'));

interface NoteCheck extends Pick<LogCheck, 'verifiers' | 'presentKey'> {
  /** Nothing else vouches for the newest entries. */
  readonly mustBePresent: boolean;
}

function checkNote(
  log: StoredLog,
  tree: GrowingTree,
  { verifiers, presentKey, mustBePresent }: NoteCheck,
  found: Found,
): void {
  const root = tree.root();
  if (log.size !== tree.size) found(null, `the stored head says ${log.size} entries; here are ${tree.size}`);
  else if (!sameHash(log.root, root))
    found(null, `the ${tree.size} entries do not lead to the root of the stored head`);
  try {
    const { checkpoint, signedBy } = openCheckpoint(log.note, log.origin, verifiers);
    if (mustBePresent && presentKey !== undefined && !signedBy.some(({ name }) => name === presentKey)) {
      found(null, 'the checkpoint is signed by a key that was replaced');
    }
    if (checkpoint.size !== tree.size)
      found(null, `the signed checkpoint is of ${checkpoint.size} entries; here are ${tree.size}`);
    else if (!sameHash(checkpoint.root, root))
      found(null, `the signed checkpoint is of ${tree.size} entries, but not of these`);
  } catch (error) {
    found(null, error instanceof Error ? error.message : 'the checkpoint cannot be read');
  }
}
