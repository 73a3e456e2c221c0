import type { BackupTarget } from '../../../shared/contract/backups/targets.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { BackupParts } from '../parts.ts';
import { targetOf } from './further-target.ts';
import type { TargetRow } from './target-rows.ts';

type Reached = Pick<BackupTarget, 'state' | 'errorCode'>;

/** A screen asks every few seconds; a server need not. */
const keptMs = 30_000;
const silenceMs = 5000;

/** Whether targets can be worked with now. What a server said is kept for half a minute, or until it is forgotten. */
export class Reach {
  readonly #parts: BackupParts;
  readonly #asked = new Map<Uuid, { readonly atMs: number; readonly answer: Promise<Reached> }>();

  constructor(parts: BackupParts) {
    this.#parts = parts;
  }

  async of(row: TargetRow): Promise<Reached> {
    if (row.place.kind === 'folder') return await this.#ask(row);
    const known = this.#asked.get(row.id);
    const nowMs = this.#parts.clock.monotonicMicros() / 1000;
    if (known !== undefined && nowMs - known.atMs < keptMs) return await known.answer;
    const answer = this.#ask(row);
    this.#asked.set(row.id, { atMs: nowMs, answer });
    return await answer;
  }

  forget(id: Uuid): void {
    this.#asked.delete(id);
  }

  async #ask(row: TargetRow): Promise<Reached> {
    try {
      await targetOf(this.#parts, row, { pauses: [], silenceMs }).requireReady();
      return { state: 'ready', errorCode: null };
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      return { state: error.code === 'UNAVAILABLE' ? 'away' : 'refused', errorCode: error.code };
    }
  }
}
