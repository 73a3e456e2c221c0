import { type ZoneOffset, zoneOffset } from '../../shared/zone-offset.ts';
import { isAllowed, type Rhythm, rhythmOf, type ScheduledTimes } from './rhythm.ts';

/** Rhythms and time zones that are asked for again and again, each worked out once. */
export class Rhythms {
  readonly #offsets = new Map<string, ZoneOffset>();
  readonly #rhythms = new Map<string, Rhythm | null>();

  /** Throws RangeError for a zone that does not exist. */
  offset(timeZone: string): ZoneOffset {
    const offset = this.#offsets.get(timeZone) ?? zoneOffset(timeZone);
    this.#offsets.set(timeZone, offset);
    return offset;
  }

  /** The times that apply: those that were set, as long as the tier allows them; null: by hand only. */
  of({ every, most, setting }: ScheduledTimes): Rhythm | null {
    const key = JSON.stringify([every, most, setting?.times, setting?.timeZone]);
    let rhythm = this.#rhythms.get(key);
    if (rhythm === undefined) {
      rhythm =
        setting === null || !isAllowed(setting.times, { every, most })
          ? rhythmOf({ kind: 'tier' }, every, () => 0)
          : rhythmOf(setting.times, every, this.offset(setting.timeZone));
      this.#rhythms.set(key, rhythm);
    }
    return rhythm;
  }
}
