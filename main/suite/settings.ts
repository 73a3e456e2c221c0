import { z } from 'zod';
import { HoldfastError } from '../../shared/errors.ts';
import type { Reading, Transaction } from '../storage/store.ts';

interface Settings {
  /** The folder backups go to; null for the data folder itself. */
  readonly target: string | null;
  /** Its mark was written (docs/formats/installation-folder.md). */
  readonly targetMarked: boolean;
  /** Whether it stood on the disk of the data when it was last looked at; null: it never was. */
  readonly targetSharesDisk: boolean | null;
  /** False while a process runs, and after it when a tenant's database may hold events that the log lacks. */
  readonly drained: boolean;
  /** Somebody typed the recovery key back. */
  readonly recoveryKeyConfirmed: boolean;
  /** What the newest backup says of the audit log, or one that contradicts it; null where none vouches. */
  readonly auditNote: { readonly note: string; readonly snapshotId: string; readonly time: number } | null;
  /** What the last verification of the log found, with its MAC (`StandingVerdict`). */
  readonly logVerification: string | null;
  /** The MAC of what decides how long the log is kept (`RetentionSeal`). */
  readonly logRetention: string;
}

const forms: { readonly [Name in keyof Settings]: z.ZodType<Settings[Name]> } = {
  target: z.string().nullable(),
  targetMarked: z.boolean(),
  targetSharesDisk: z.boolean().nullable(),
  drained: z.boolean(),
  recoveryKeyConfirmed: z.boolean(),
  auditNote: z.object({ note: z.string(), snapshotId: z.string(), time: z.number() }).nullable(),
  logVerification: z.string().nullable(),
  logRetention: z.string(),
};

/** A setting as it is stored, or `missing` where it was never set. Throws INTEGRITY. */
export function readSetting<Name extends keyof Settings>(
  control: Reading,
  name: Name,
  missing: Settings[Name],
): Settings[Name] {
  const row = control.sql<{ value: string }>('SELECT value FROM settings WHERE name = ?').get(name);
  if (row === undefined) return missing;
  const parsed = forms[name].safeParse(JSON.parse(row.value));
  if (parsed.success) return parsed.data;
  throw new HoldfastError('INTEGRITY', `The setting "${name}" is damaged. Set it again.`, {
    problems: [name],
  });
}

/** Stores a setting, in place of what it was. */
export function writeSetting<Name extends keyof Settings>(
  transaction: Transaction,
  name: Name,
  value: Settings[Name],
): void {
  transaction
    .sql(
      'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    )
    .run(name, JSON.stringify(value));
}
