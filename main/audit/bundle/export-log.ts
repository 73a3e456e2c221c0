import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { HoldfastError } from '../../../shared/errors.ts';
import { callWorker } from '../../jobs/call-worker.ts';
import type { JobContext } from '../../jobs/job-runner.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import { carry } from '../../jobs/worker-message.ts';
import type { OpenStore } from '../../storage/open-store.ts';
import type { Reading } from '../../storage/store.ts';
import type { Appender } from '../appender.ts';
import { encodeBase64 } from '../base64.ts';
import { canonicalJson } from '../canonical-json.ts';
import { formatCheckpoint } from '../checkpoint.ts';
import type { EventMaker } from '../event-maker.ts';
import { epochOf } from '../log-name.ts';
import { type LogHead, unprunedRecords } from '../log-store.ts';
import { formatNote, signNote } from '../note.ts';
import { decodeRecord } from '../record.ts';
import { prunedOf } from '../retention/pruned-rows.ts';
import type { SigningKeys } from '../signing-keys.ts';
import { readTimestamps, sha256, type TimestampRow } from '../timestamp/timestamp-rows.ts';
import { readCosignatures, readWitnesses } from '../witness/witness-rows.ts';
import type { Beside } from './bundle-evidence.ts';
import { headOf, type Period, type Range } from './export-range.ts';
import type { Exported, ExportTask, Sealed } from './export-worker.ts';
import type { DisclosingKeys } from './opening-lines.ts';
import { checkpointIn, consistency, indexOfEvent, leavesOfAction, provenEntry, rootAt } from './seal.ts';
import { readMe, verifierFiles } from './verifier-files.ts';

export interface ExportParts {
  readonly store: OpenStore;
  readonly search: Reading;
  readonly appender: Appender;
  readonly maker: EventMaker;
  readonly keys: SigningKeys;
  readonly appVersion: string;
}

interface ExportRequest {
  readonly origin: string;
  /** Origin of the installation's log. */
  readonly installation: string;
  readonly period: Period;
  /** Its first is a multiple of 256. */
  readonly range: Range;
  readonly openings: DisclosingKeys | undefined;
  /** What lies beside the entries; an archive has nothing there. */
  readonly beside?: Beside;
  readonly file: string;
  /** Its path until it is whole, in the same folder; any name without. */
  readonly partial?: string;
}

/**
 * Writes a bundle (docs/formats/audit-bundle.md) in a thread of its own. Heads and index are up to date. Errors: NOT_FOUND
 * (there is no such log), CONFLICT (the file is there), INTEGRITY, AUDIT_UNAVAILABLE, STORAGE_FULL, IO, CANCELLED.
 */
export async function exportLog(
  parts: ExportParts,
  { origin, installation, period, range, openings, beside, file, partial }: ExportRequest,
  { signal, progress }: Pick<JobContext, 'progress'> & { readonly signal: AbortSignal },
): Promise<Exported> {
  const { store } = parts;
  const head = headOf(parts.appender, origin);
  const ready = readyFiles(parts, head, installation, range);
  const shared = store.share(); // nobody but the thread closes it
  const { port1: sealing, port2 } = new MessageChannel();
  sealing.on('message', (manifest: string) => {
    void answer(sealing, () => seal(parts, { head, installation, range, manifest }));
  });
  try {
    return await callWorker<ExportTask, Exported>({
      module: siblingModule(import.meta.url, 'export-worker'),
      input: {
        audit: shared,
        log: head.log,
        origin,
        range,
        period,
        openings,
        beside,
        appVersion: parts.appVersion,
        ready,
        destination: file,
        partial,
        sealing: port2,
      },
      transfer: [shared.port, port2],
      signal,
      progress,
    });
  } finally {
    sealing.close();
  }
}

/** What lies in the bundle before the entries, by name. */
function readyFiles(
  parts: ExportParts,
  head: LogHead,
  installation: string,
  { first, end }: Range,
): Map<string, Uint8Array> {
  const { store, keys } = parts;
  const note = (size: number) => {
    const text = formatCheckpoint({ origin: head.origin, size, root: rootAt(store, head, size) });
    return formatNote(signNote(text, [keys.signer()]));
  };
  const files = new Map<string, Uint8Array>([
    ['README.txt', Buffer.from(readMe)],
    ...verifierFiles(),
    [
      'keys.json',
      canonicalJson({ handedOver: handedOver(parts, installation), present: keys.verifierKey() }),
    ],
    ['checkpoints/last.note', note(end)],
  ]);
  if (first > 0) {
    files.set('checkpoints/first.note', note(first));
    const proof = consistency(store, { ...head, size: end }, first);
    files.set('checkpoints/consistency.txt', Buffer.from(proof.map((hash) => `${hash}\n`).join('')));
  }
  return files;
}

/** Each handing over of the signing key: the checkpoint that both signed, and the entry that is in it. */
function handedOver({ store, search, appender }: ExportParts, installation: string) {
  const head = appender.heads().find(({ origin }) => origin === installation);
  if (head === undefined) return [];
  const notes = store
    .sql<{ note: Uint8Array }>('SELECT note FROM rotations WHERE epoch = ? ORDER BY generation')
    .all(epochOf(installation))
    .map(({ note }) => ({ note, size: checkpointIn(note).size }));
  // by their place, not by their time: the clock may have been turned back between two
  const indices = [...leavesOfAction({ store, search }, head, 'log.key.rotate', 0)]
    .map(({ index }) => index)
    .sort((one, other) => one - other);
  return notes.map(({ note, size }) => {
    const index = indices.findLast((each) => each < size);
    if (index === undefined) {
      throw new HoldfastError('INTEGRITY', 'The log does not tell of a signing key that took over.', {
        problems: [`no entry before ${size} hands over a key`],
      });
    }
    return { note: Buffer.from(note).toString('utf8'), ...provenEntry(store, { ...head, size }, index) };
  });
}

interface SealRequest {
  readonly head: LogHead;
  readonly installation: string;
  readonly range: Range;
  /** SHA-256 in hex. */
  readonly manifest: string;
}

/** Logs the hash of the manifest, and answers what proves that it is in the log. */
async function seal(
  parts: ExportParts,
  { head, installation, range, manifest }: SealRequest,
): Promise<{ note: Uint8Array; seal: Uint8Array }> {
  const { store, appender, maker, keys } = parts;
  const hash = Buffer.from(manifest, 'hex');
  const leaf = maker.exportLeaf(head.origin, hash, range);
  await appender.append(leaf);
  const log = headOf(appender, installation);
  const own = head.origin === installation;
  const vouched = own ? undefined : vouchingEntry(parts, log, head, range.end);
  const grown = own ? log : { ...head, size: vouched?.size ?? head.size };
  const text = `holdfast audit bundle v1\n${head.origin}\n${encodeBase64(hash)}\n`;
  return {
    note: formatNote(signNote(text, [keys.signer()])),
    seal: canonicalJson({
      checkpoint: Buffer.from(log.note).toString('utf8'),
      leaf: provenEntry(store, log, indexOfEvent(store, leaf.eventId)),
      consistency: consistency(store, grown, range.end),
      ...cosigned(parts, log),
      ...timestamped(parts, log),
      ...pruned(parts, head, log),
      ...(vouched === undefined ? {} : { vouched: provenEntry(store, log, vouched.index) }),
    }),
  };
}

/** The newest checkpoint of the installation's log that each witness cosigned, with the proof that the seal's goes on from it. */
function cosigned({ store }: ExportParts, log: LogHead) {
  const newest = readWitnesses(store).flatMap(({ key }) =>
    readCosignatures(store, log.origin, key).slice(0, 1),
  );
  if (newest.length === 0) return {};
  return {
    cosigned: newest.map(({ note, size }) => ({
      consistency: consistency(store, log, size),
      note: Buffer.from(note).toString('utf8'),
    })),
  };
}

/** The newest checkpoint of the installation's log that was time-stamped, with its token, the same proof, and the leaf that names both. */
function timestamped(parts: ExportParts, log: LogHead) {
  const { store } = parts;
  const newest = readTimestamps(store, log.origin, { limit: 1 });
  if (newest.length === 0) return {};
  return {
    timestamped: newest.map((row) => ({
      certificates: row.certificates,
      consistency: consistency(store, log, row.size),
      leaf: provenEntry(store, log, stampingEntry(parts, log, row)),
      note: Buffer.from(row.note).toString('utf8'),
      token: encodeBase64(row.token),
    })),
  };
}

/** The entry that tells what was pruned of a log last, and in which archive it is. */
function pruned({ store }: ExportParts, { log: of }: LogHead, log: LogHead) {
  const row = prunedOf(store, of);
  return row === undefined ? {} : { pruned: provenEntry(store, log, indexOfEvent(store, row.leaf)) };
}

/** Where the log names a time stamp. */
function stampingEntry({ store, search }: ExportParts, log: LogHead, { size, token }: TimestampRow): number {
  const hash = encodeBase64(sha256(token));
  for (const since of sinceEntry(store, log, size - 1)) {
    for (const { index, record } of leavesOfAction({ store, search }, log, 'log.timestamp', since)) {
      if (decodeRecord(record).x?.token === hash) return index;
    }
  }
  throw new HoldfastError('INTEGRITY', 'The log does not name a time stamp that is stored.', {
    problems: [`no entry names the time stamp of ${size} entries`],
  });
}

/** Times from which to look for what came after an entry; only where it is pruned, or the clock was turned back, is the first in vain. */
function sinceEntry(store: OpenStore, { log }: Pick<LogHead, 'log'>, index: number): readonly number[] {
  const [entry] = unprunedRecords(store, log, index, index + 1);
  return [entry === undefined ? 0 : decodeRecord(entry.record).t, 0];
}

/** The first entry of the installation's log that vouches for so much of another one. */
function vouchingEntry(
  { store, search }: ExportParts,
  log: LogHead,
  { log: of, origin }: LogHead,
  end: number,
) {
  for (const since of sinceEntry(store, { log: of }, end - 1)) {
    for (const { index, record } of leavesOfAction({ store, search }, log, 'log.checkpoint', since)) {
      const { res, x } = decodeRecord(record);
      if (res?.id === origin && typeof x?.size === 'number' && x.size >= end) return { index, size: x.size };
    }
  }
  throw new HoldfastError('INTEGRITY', "The installation's log does not vouch for the tenant's log.", {
    problems: [`no entry vouches for ${end} entries`],
  });
}

async function answer(port: MessagePort, work: () => Promise<Sealed>): Promise<void> {
  port.postMessage(await work().catch((error: unknown) => ({ refused: carry(error) }) satisfies Sealed));
}
