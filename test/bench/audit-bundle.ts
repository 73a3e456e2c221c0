// A bundle of a log of 100,000 entries (--entries: of another number) with a report on each standard: written, and checked by the two verifiers that lie in it,
// against reading, packing, unpacking and hashing the same bytes and nothing else.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { BundleZip } from '../../main/audit/bundle/bundle-zip.ts';
import { beginNewFile } from '../../main/outside/new-file.ts';
import { createCheckpointer } from '../../main/storage/checkpointer.ts';
import { standards } from '../../shared/compliance.ts';
import { type AuditStand, auditStand } from '../doubles/audit-stand.ts';
import { filesOf } from '../doubles/bundle-files.ts';
import { VerifyPage } from '../e2e/bundle/verify-page.ts';
import { BrowserMemory } from './harness/browser-memory.ts';
import { Changes } from './harness/changes.ts';
import { MemoryWatch } from './harness/memory-watch.ts';
import { inFolder } from './harness/raw-database.ts';
import {
  type Bench,
  type BenchOptions,
  megabytesPerSecond,
  perSecond,
  type Report,
} from './harness/report.ts';
import { StallWatch } from './harness/stalls.ts';

const usualEntries = 100_000;
const atOnce = 2_000;
const aimSeconds = 60;
/** A period that has all entries. */
const always = { from: '1970-01-01T00:00:00.000Z', to: '2100-01-01T00:00:00.000Z' };

async function run(report: Report, { entries = usualEntries }: BenchOptions): Promise<void> {
  const checkpointer = createCheckpointer();
  const stand = await auditStand('full', checkpointer);
  try {
    await inFolder(async (folder) => {
      const changes = new Changes(stand, null);
      const sizes = [Math.round(entries / 4), entries];
      const written: Written[] = [];
      for (const [at, size] of sizes.entries()) {
        for (let made = at === 0 ? 0 : (sizes[0] ?? 0); made < size; made += atOnce) {
          const events = changes.some(Math.min(atOnce, size - made));
          await Promise.all(events.map((event) => stand.audit.append(event)));
        }
        await stand.audit.settle();
        written.push(await write(stand, join(folder, `${at}.hfbundle.zip`)));
      }
      const [part, whole] = written as [Written, Written];
      const yardstick = await packAgain(stand, whole.file, join(folder, 'yardstick.zip'));
      tellWriting(report, [part, whole], yardstick);
      const key = stand.audit.verifierKey();
      const hashed = await hashAll(whole.file);
      tellCheck(report, 'program', whole, await byProgram(folder, whole.file, key), hashed);
      tellCheck(report, 'page', whole, await byPage(folder, whole.file, key), hashed);
    });
  } finally {
    await stand.close();
    await checkpointer.close();
  }
}

interface Written {
  readonly file: string;
  readonly entries: number;
  readonly bytes: number;
  /** Bytes of what lies in it. */
  readonly content: number;
  readonly ms: number;
  /** Most bytes of memory that it took beside what the process had. */
  readonly memory: number;
  readonly watch: StallWatch;
}

async function write(stand: AuditStand, file: string): Promise<Written> {
  const watch = new StallWatch();
  const memory = new MemoryWatch();
  const operation = stand.run('audit.export', { read: true });
  const from = performance.now();
  const result = await watch.during(() =>
    stand.result(() =>
      stand.audit.exports.exportAuditLog(
        {
          disclose: ['people', 'states'],
          file,
          ...always,
          reports: standards.map((standard) => ({ standard })),
        },
        operation,
      ),
    ),
  );
  const ms = performance.now() - from;
  const { entries } = result as { entries: number };
  const { size: bytes } = statSync(file);
  const content = [...filesOf(readFileSync(file)).values()].reduce((sum, { length }) => sum + length, 0);
  return { file, entries, bytes, content, ms, memory: memory.end(), watch };
}

/** Every row of the log and of its openings read once, and the very files of a bundle packed in the same way. */
async function packAgain(stand: AuditStand, bundle: string, to: string): Promise<number> {
  const files = filesOf(readFileSync(bundle));
  const file = beginNewFile(to);
  const from = performance.now();
  for (const table of ['entries', 'openings']) {
    let rows = 0;
    for (const _ of stand.store.sql(`SELECT * FROM ${table}`).iterate())
      if (++rows % 1_000 === 0) await setImmediate();
  }
  const zip = new BundleZip(file);
  for (const [name, content] of files) await zip.add(name, pieces(content));
  await zip.end();
  file.keep();
  return performance.now() - from;
}

function* pieces(content: Buffer) {
  for (let at = 0; at === 0 || at < content.length; at += 2 ** 16) yield content.subarray(at, at + 2 ** 16);
}

function tellWriting(report: Report, [part, whole]: readonly [Written, Written], yardstick: number): void {
  const many = (count: number) => count.toLocaleString('en');
  report.line({
    what: `audit-bundle: writing ${many(whole.entries)} entries with openings and a report on each standard`,
    ratio: yardstick / whole.ms,
    yardstick: 'reading the rows, packing the same files',
    measured: `${perSecond(whole.entries, whole.ms)}, ${megabytesPerSecond(whole.content, whole.ms)}, ${seconds(whole.ms)}`,
    against: seconds(yardstick),
    stalls: whole.watch.stalls,
  });
  report.line({
    what: `audit-bundle: the same within ${aimSeconds} s`,
    ratio: (aimSeconds * 1000) / whole.ms,
    aim: 1,
    yardstick: `${aimSeconds} s`,
    measured: `${megabytes(whole.content)} packed to ${megabytes(whole.bytes)}`,
  });
  report.line({
    what: 'audit-bundle: memory that writing takes',
    ratio: part.memory / whole.memory,
    yardstick: `a bundle of ${many(part.entries)}`,
    measured: megabytes(whole.memory),
    against: megabytes(part.memory),
  });
}

interface Checked {
  readonly ms: number;
  /** The most bytes of memory of the process. */
  readonly memory: number;
  /** Of the same process that did nothing. */
  readonly before: number;
}

function tellCheck(
  report: Report,
  by: string,
  { entries }: Written,
  checked: Checked,
  yardstick: number,
): void {
  const { ms, memory, before } = checked;
  report.line({
    what: `audit-bundle: checking ${entries.toLocaleString('en')} entries, the ${by}`,
    ratio: yardstick / ms,
    yardstick: 'unpacking, hashing and JSON.parse',
    measured: `${perSecond(entries, ms)}, ${seconds(ms)}; ${megabytes(memory)} of memory, ${megabytes(before)} before`,
    against: seconds(yardstick),
  });
}

/** What no verifier can do without: all bytes unpacked and hashed, each entry hashed and parsed thrice. */
async function hashAll(bundle: string): Promise<number> {
  const bytes = await readFile(bundle);
  const from = performance.now();
  const hash = (part: Uint8Array) => createHash('sha256').update(part).digest();
  for (const [name, content] of filesOf(bytes)) {
    hash(content);
    if (!name.endsWith('.jsonl')) continue;
    for (const line of content.toString('utf8').split('\n'))
      if (line !== '') hash(Buffer.from(JSON.stringify(JSON.parse(line))));
  }
  return performance.now() - from;
}

/** Prints the most memory that the process had, where the system tells. */
const tellsMemory = `import { readFileSync } from 'node:fs';
process.on('exit', () => console.error(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]));`;

async function byProgram(folder: string, bundle: string, key: string): Promise<Checked> {
  const program = join(folder, 'holdfast-verify.mjs');
  writeFileSync(program, filesOf(readFileSync(bundle)).get('holdfast-verify.mjs') ?? '');
  const took = async (words: readonly string[], status: number) => {
    const from = performance.now();
    const preload = ['--import', `data:text/javascript,${encodeURIComponent(tellsMemory)}`];
    const child = spawn(process.execPath, [...preload, program, ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [said, told, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ]);
    if (code !== status) throw new Error(`The verifier ended with ${code}: ${said} ${told}`);
    return { ms: performance.now() - from, memory: Number(told.trim()) * 1024 };
  };
  const idle = await took([], 1);
  return { ...(await took([bundle, '--key', key], 0)), before: idle.memory };
}

async function byPage(folder: string, bundle: string, key: string): Promise<Checked> {
  const page = join(folder, 'verify.html');
  writeFileSync(page, filesOf(readFileSync(bundle)).get('verify.html') ?? '');
  const opened = await VerifyPage.open(page);
  try {
    const memory = await BrowserMemory.of(opened.page);
    const before = memory.now();
    const from = performance.now();
    const { title } = await opened.check(bundle, key);
    const ms = performance.now() - from;
    if (!title.includes('Verified')) throw new Error(`The page said ${title}`);
    return { ms, memory: memory.most(), before };
  } finally {
    await opened.close();
  }
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
const megabytes = (bytes: number) => `${Math.round(bytes / 1e6).toLocaleString('en')} MB`;

export const bench: Bench = { name: 'audit-bundle', run };
