import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BackupVerification } from '../../../shared/contract/backups.ts';
import type { Protected } from '../../doubles/protected-installation.ts';
import { restic } from '../../interop/restic-program.ts';
import { type OperationName, perform } from './operations.ts';
import { outlineOf } from './outline.ts';
import { type Prepared, password } from './prepared.ts';
import { type Effect, isOnDisk, type Traced } from './traced.ts';

/** What the disk's refusals are called. */
const refusals = ['IO', 'STORAGE_FULL', 'READ_ONLY', 'UNAVAILABLE'];
/** Of a plan that tried whether its place can be written. */
const planned = 'The restore cannot start: The folder cannot be written.';

/** A refusal has a code and says what to do, in a sentence without a path; without a fault nothing is refused. */
export function judgeWords({ stdout, status, hit }: Traced, effect: Effect): void {
  if (effect === 'signal=KILL') return;
  const onDisk = hit.filter(isOnDisk);
  if (hit.length > onDisk.length) return; // another thread's turn of that number
  assert.equal(status, 0, `it ended with ${status}: ${stdout}`);
  for (const [line, code = '', message = ''] of stdout.matchAll(/^refused \w+ (\w+) (.*)$/gm)) {
    assert.ok(refusals.includes(code) || message.endsWith(planned), line);
    assert.match(message, /^HoldfastError: [A-Z].*\.$/, line);
    assert.doesNotMatch(message, /\/tmp\//, line);
  }
  if (onDisk.length === 0) assert.doesNotMatch(stdout, /^refused/m);
}

/**
 * What was acknowledged is there; the last good snapshot restores row by row; the operation is done when it is asked for again; every
 * snapshot is proved row by row, and restic reads every byte without an error. Where the next start found what it found after another
 * fault of the operation, as `judged` knows, the rest follows from that one. Answers whether it did.
 */
export async function judgeStand(
  prepared: Prepared,
  name: OperationName,
  { stdout }: Traced,
  judged: Set<string>,
): Promise<boolean> {
  const { wanted, repository } = prepared;
  const place = await prepared.open();
  let known: string;
  try {
    known = `${name} ${withoutWords(stdout)} ${outlineOf(prepared, place)}`;
    expectRows(prepared, place, name, stdout);
    if (name === 'restore-folder' && stdout.includes('\ndone ')) expectRestored(prepared);
    if (name === 'restore-folder' && existsSync(wanted.restored)) {
      // only what is whole bears the name that was asked for
      expectRestored(prepared);
      rmSync(wanted.restored, { recursive: true });
    }
    if (judged.has(known)) return true;
    await perform(place, name, wanted);
    if (name === 'restore-in-place') assert.equal(rowsIn(place), prepared.rows);
    if (name !== 'restore-folder') await perform(place, 'restore-folder', wanted);
    expectRestored(prepared);
    const verifying = place.manager.verifyBackupIntegrity(
      { tenant: place.tenantId, level: 4 },
      place.operation('backup.verify'),
    );
    const { ok, problems, snapshots } = await place.finished<BackupVerification>(verifying);
    assert.deepEqual({ ok, problems }, { ok: true, problems: [] });
    assert.ok(snapshots.includes(wanted.snapshotId));
  } finally {
    await place.close();
  }
  restic(repository, password, 'unlock');
  assert.match(restic(repository, password, 'check', '--read-data'), /no errors were found/);
  judged.add(known);
  return false;
}

/** What was acknowledged and what was refused with which code. */
const withoutWords = (stdout: string) => stdout.replace(/^(refused \w+ \w+).*$/gm, '$1');

const rowsIn = ({ tenant }: Protected) => tenant.sql('SELECT id FROM documents WHERE state = 1').all().length;

function expectRows({ rows: before }: Prepared, place: Protected, name: OperationName, stdout: string): void {
  const done = stdout.includes('\ndone ');
  const kept = stdout.includes('\nkept\n');
  const allowed =
    name === 'restore-in-place'
      ? done
        ? [before]
        : [before, before + 1]
      : kept
        ? [before + 1]
        : [before, before + 1];
  const found = rowsIn(place);
  assert.ok(allowed.includes(found), `${found} rows instead of ${allowed.join(' or ')}`);
}

function expectRestored({ wanted: { restored }, rows }: Prepared): void {
  const sql = 'SELECT count(*) FROM documents WHERE state = 1';
  const counted = execFileSync('sqlite3', ['-batch', join(restored, 'data.db'), sql], { encoding: 'utf8' });
  assert.equal(Number(counted), rows);
}
