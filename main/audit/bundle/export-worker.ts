import { once } from 'node:events';
import type { MessagePort } from 'node:worker_threads';
import { systemClock } from '../../../shared/clock.ts';
import { serveCall, type WorkerContext } from '../../jobs/serve-call.ts';
import { type CarriedError, uncarry } from '../../jobs/worker-message.ts';
import { beginNewFile } from '../../outside/new-file.ts';
import type { SharedStore } from '../../storage/lease-port.ts';
import type { Reading } from '../../storage/store.ts';
import { openWorkerStore } from '../../storage/worker-store.ts';
import { canonicalJson } from '../canonical-json.ts';
import { encodeEntryBundle } from '../entry-bundle.ts';
import { records, storedTiles } from '../log-store.ts';
import { decodeRecord } from '../record.ts';
import { type ArchivedPart, archivedOf } from '../retention/archived-part.ts';
import { entriesPath, fullTileWidth, hashesAtLevel, tilePath } from '../tiles.ts';
import { BesideFiles } from './beside-files.ts';
import type { Beside } from './bundle-evidence.ts';
import { BundleZip } from './bundle-zip.ts';
import { csvHeader, csvLines, type ExportedEntry, eventLine, ocsfLine } from './event-lines.ts';
import type { Period, Range } from './export-range.ts';
import { type DisclosingKeys, openingLines } from './opening-lines.ts';

export interface ExportTask {
  readonly audit: SharedStore;
  readonly log: number;
  readonly origin: string;
  readonly range: Range;
  readonly period: Period;
  /** What opens the disclosed fields; undefined: none are. */
  readonly openings: DisclosingKeys | undefined;
  /** What lies beside the entries; undefined: nothing does. */
  readonly beside: Beside | undefined;
  readonly appVersion: string;
  /** Files that are made already, by name. */
  readonly ready: ReadonlyMap<string, Uint8Array>;
  readonly destination: string;
  /** Path of the file until it is whole; undefined: any name beside it. */
  readonly partial: string | undefined;
  /** Takes the manifest and answers what seals it. */
  readonly sealing: MessagePort;
}

/** What the sealing answers: the bytes of manifest.note and seal.json, or why there are none. */
export type Sealed =
  | { readonly note: Uint8Array; readonly seal: Uint8Array }
  | { readonly refused: CarriedError };

export type Exported = {
  readonly file: string;
  /** In the period. */
  readonly entries: number;
  readonly from: number;
  readonly to: number;
  readonly openings: number;
  readonly bytes: number;
  /** Of the manifest, in hex. */
  readonly manifest: string;
  readonly archived: ArchivedPart | null;
};

const passes = 4;

async function exportBundle(task: ExportTask, { progress, check }: WorkerContext): Promise<Exported> {
  const { range, period, origin, destination, partial, log } = task;
  const store = openWorkerStore(task.audit, { clock: systemClock });
  const file = beginNewFile(destination, partial);
  try {
    const zip = new BundleZip(file);
    progress.phase('Writing entries', (range.end - range.first) * passes, 'entries');
    const onEntries = (count: number) => {
      check();
      progress.advance(count);
    };
    for (const [name, content] of task.ready) await zip.add(name, [content]);
    for (const { index, width } of tilesOf(range, 0)) {
      const start = index * fullTileWidth;
      await zip.add(entriesPath(index, width), [
        encodeEntryBundle(records(store, log, start, start + width)),
      ]);
      onEntries(width);
    }
    const readTile = storedTiles(store, log);
    for (let level = 0; hashesAtLevel(range.end, level) > 0; level += 1) {
      for (const { index, width } of tilesOf(range, level)) {
        check();
        await zip.add(tilePath(level, index, width), [readTile(level, index, width)]);
      }
    }
    const beside = besideFiles(task);
    let entries = 0;
    const count = (batch: readonly ExportedEntry[]) => {
      entries += batch.length;
      beside?.add(batch);
      return batch.map(eventLine).join('');
    };
    const inPeriod = () => batches(store, task, onEntries);
    await zip.add('events.jsonl', lines(inPeriod(), count));
    await zip.add('events.csv', lines(inPeriod(), csvLines, csvHeader));
    await zip.add(
      'events.ocsf.jsonl',
      lines(inPeriod(), (batch) => batch.map(ocsfLine).join('')),
    );
    let openings = 0;
    if (task.openings !== undefined) {
      const keys = task.openings;
      const opened = (batch: readonly ExportedEntry[]) => {
        const found = batch.flatMap((entry) => openingLines(store, log, entry, keys));
        openings += found.length;
        return found.join('');
      };
      await zip.add('openings.jsonl', lines(batches(store, task, check), opened));
    }
    if (task.beside?.reports !== undefined) progress.phase('Writing reports', null, 'files');
    for await (const [name, content] of beside?.files() ?? []) {
      check();
      await zip.add(name, [content]);
    }
    const manifest = canonicalJson({
      format: 1,
      log: origin,
      ...range,
      ...period,
      matched: entries,
      openings,
      files: zip.files,
    });
    progress.phase('Sealing', null, 'entries');
    const { sha256 } = await zip.add('manifest.json', [manifest]);
    const sealed = await ask(task.sealing, sha256);
    const files = zip.files.length - 1;
    await zip.add('manifest.note', [sealed.note]);
    const seal = await zip.add('seal.json', [sealed.seal]);
    const trailer = {
      format: 1,
      files,
      entries: range.end - range.first,
      matched: entries,
      manifest: sha256,
      seal: seal.sha256,
    };
    await zip.add('trailer.json', [canonicalJson(trailer)]);
    await zip.end();
    check();
    file.keep();
    return {
      file: destination,
      entries,
      from: range.first,
      to: range.end - 1,
      openings,
      bytes: zip.bytes,
      manifest: sha256,
      archived: archivedOf(store, log, period),
    };
  } finally {
    file.abandon();
    await store.close();
  }
}

function besideFiles({ beside, ready, ...part }: ExportTask): BesideFiles | undefined {
  if (beside === undefined) return undefined;
  const checkpoint = Buffer.from(ready.get('checkpoints/last.note') ?? '').toString('utf8');
  return new BesideFiles(beside, { ...part, checkpoint });
}

async function ask(port: MessagePort, manifest: string): Promise<{ note: Uint8Array; seal: Uint8Array }> {
  const answer = once(port, 'message');
  port.postMessage(manifest);
  const [sealed]: [Sealed] = (await answer) as [Sealed];
  if ('refused' in sealed) throw uncarry(sealed.refused);
  return sealed;
}

/** The tiles of a level that lead from the range to the root of its end. */
function* tilesOf({ first, end }: Range, level: number) {
  const hashes = hashesAtLevel(end, level);
  const start = Math.floor(first / fullTileWidth ** (level + 1));
  for (let index = start; index * fullTileWidth < hashes; index += 1) {
    yield { index, width: Math.min(fullTileWidth, hashes - index * fullTileWidth) };
  }
}

function* batches(
  reading: Reading,
  { log, range, period }: ExportTask,
  onEntries: (count: number) => void,
): Generator<ExportedEntry[]> {
  for (let start = range.first; start < range.end; start += fullTileWidth) {
    const end = Math.min(range.end, start + fullTileWidth);
    const all = records(reading, log, start, end).map((bytes) => ({ bytes, record: decodeRecord(bytes) }));
    onEntries(end - start);
    yield all.filter(
      ({ record: { t } }) =>
        (period.from === null || t >= period.from) && (period.to === null || t < period.to),
    );
  }
}

function* lines(
  from: Iterable<ExportedEntry[]>,
  told: (batch: readonly ExportedEntry[]) => string,
  header = '',
): Generator<Uint8Array> {
  if (header !== '') yield Buffer.from(header);
  for (const batch of from) if (batch.length > 0) yield Buffer.from(told(batch));
}

serveCall<ExportTask, Exported>(exportBundle);
