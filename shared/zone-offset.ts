const dayMs = 86_400_000;

/** How far the clocks of a zone are ahead of UTC at a time; both in milliseconds. */
export type ZoneOffset = (time: number) => number;

/**
 * The offsets of a time zone (IANA name). A day at whose ends they are the same is asked for once. Throws RangeError for
 * a zone that does not exist.
 */
export function zoneOffset(timeZone: string): ZoneOffset {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const exactly = (time: number) => {
    const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
    const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0;
    const wall = Date.UTC(
      part('year'),
      part('month') - 1,
      part('day'),
      part('hour'),
      part('minute'),
      part('second'),
    );
    return wall - Math.floor(time / 1000) * 1000;
  };
  const known = new Map<number, number>();
  const atMidnight = (day: number) => {
    const offset = known.get(day) ?? exactly(day * dayMs);
    known.set(day, offset);
    return offset;
  };
  return (time) => {
    const day = Math.floor(time / dayMs);
    const offset = atMidnight(day);
    return offset === atMidnight(day + 1) ? offset : exactly(time);
  };
}

/** Whether a text names a time zone of the IANA database. */
export function isTimeZone(text: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(text)) return false;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
