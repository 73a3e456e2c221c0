import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Terminal } from './terminal.ts';

/** Puts standard input into a file that only this user can read, for the time of `work`. */
export async function withSpooledInput<Result>(
  { stdin, interrupted }: Terminal,
  work: (file: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-'));
  try {
    const file = join(folder, 'standard-input.jsonl');
    await pipeline(stdin, createWriteStream(file, { mode: 0o600, flags: 'wx' }), { signal: interrupted });
    return await work(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** All of standard input as text. */
export async function readInput({ stdin }: Terminal): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stdin) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString('utf8');
}
