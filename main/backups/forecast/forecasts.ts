import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { toRfc3339 } from '../../../shared/clock.ts';
import type {
  BackupForecast,
  OwnerTrend,
  TargetForecast,
} from '../../../shared/contract/backups/forecast.ts';
import { systemCode } from '../container/file-errors.ts';
import { isThere, primaryFolder } from '../copies/further-target.ts';
import { readTargets } from '../copies/target-rows.ts';
import type { Input } from '../inputs.ts';
import { type OwnerId, ownerOf } from '../owner.ts';
import type { BackupParts } from '../parts.ts';
import { repositoryIdOf } from '../targets/target.ts';
import { daysBefore, forecastFill } from './fill.ts';
import { dayOf, measuresOf, storedDays } from './measures.ts';
import { compareWithUsual } from './unusual.ts';

/** Below these nobody would care that a backup took more than usual. */
const leastDurationMs = 10_000;
const leastBytes = 10_000_000;
/** A target that is expected to be full by then is told of. */
const warnWithinDays = 14;
const dayMs = 86_400_000;

/** When targets are full and what backups take, from what was measured. */
export class Forecasts {
  readonly #parts: BackupParts;
  /** The day on which each target was told of last. */
  readonly #told = new Map<string, number>();

  constructor(parts: BackupParts) {
    this.#parts = parts;
  }

  /** Errors: NOT_FOUND. */
  async getBackupForecast(input: Input<'getBackupForecast'>): Promise<BackupForecast> {
    const owner = ownerOf(input, this.#parts.sources);
    return { targets: await this.#targets(), owner: owner === undefined ? null : this.#trend(owner) };
  }

  /** Tells of targets that are expected to be full within two weeks, each once a day. */
  async warn(): Promise<void> {
    const { clock, targetFilling } = this.#parts;
    const today = dayOf(clock.now());
    for (const { targetId, forecast } of await this.#targets()) {
      const { fullInDays, fullOn } = forecast ?? { fullInDays: null, fullOn: null };
      if (fullInDays === null || fullOn === null || fullInDays > warnWithinDays) continue;
      const once = targetId ?? '';
      if (this.#told.get(once) === today) continue;
      this.#told.set(once, today);
      await targetFilling(targetId, Date.parse(fullOn));
    }
  }

  async #targets(): Promise<TargetForecast[]> {
    const { control, target } = this.#parts;
    const primary = primaryFolder(this.#parts);
    const first = { id: null, name: '', folder: (await target.isReachable()) ? primary : undefined };
    const further = readTargets(control).map(async (row) => ({
      id: row.id,
      name: row.name,
      // what another machine has free is not told
      folder: row.place.kind === 'folder' && (await isThere(this.#parts, row)) ? row.place.path : undefined,
    }));
    const all = [first, ...(await Promise.all(further))];
    return await Promise.all(all.map((each) => this.#target(each)));
  }

  async #target({
    id,
    name,
    folder,
  }: {
    readonly id: TargetForecast['targetId'];
    readonly name: string;
    readonly folder: string | undefined;
  }): Promise<TargetForecast> {
    const { control, clock } = this.#parts;
    const now = clock.now();
    const today = dayOf(now);
    const days = daysBefore(today, storedDays(control, today, id));
    const disk = folder === undefined ? null : await diskOf(folder);
    const fill = disk === null ? null : forecastFill(days, disk.freeBytes);
    return {
      targetId: id,
      name,
      disk,
      days: days.length,
      forecast: fill && {
        bytesPerDay: fill.perDay,
        fullInDays: fill.days,
        earliestInDays: fill.earliest,
        latestInDays: fill.latest,
        fullOn: fill.days === null ? null : dateIn(now, fill.days),
      },
    };
  }

  #trend(owner: OwnerId): OwnerTrend {
    const measures = measuresOf(this.#parts.control, repositoryIdOf(owner));
    const kind = measures.at(-1)?.kind;
    const alike = measures.filter((measure) => measure.kind === kind);
    return {
      tenantId: owner,
      backups: measures.map((measure) => ({ ...measure, time: toRfc3339(measure.time) })),
      duration: compareWithUsual(
        alike.map(({ durationMs }) => durationMs),
        leastDurationMs,
      ),
      size: compareWithUsual(
        alike.map(({ bytes }) => bytes),
        leastBytes,
      ),
    };
  }
}

/** Of the disk that a folder is on, or comes to be on; null where that does not tell. */
async function diskOf(folder: string): Promise<TargetForecast['disk']> {
  try {
    const { blocks, bfree, bavail, bsize } = await statfs(folder);
    return { usedBytes: (blocks - bfree) * bsize, freeBytes: bavail * bsize };
  } catch (error) {
    const above = dirname(folder);
    // before the first backup there is no folder yet; what else is wrong with a target, the list of them says
    return systemCode(error) === 'ENOENT' && above !== folder ? await diskOf(above) : null;
  }
}

/** Null where it is further than a date can say. */
function dateIn(now: number, days: number): string | null {
  const century = 36_500;
  return days > century ? null : toRfc3339(Math.round(now + days * dayMs));
}
