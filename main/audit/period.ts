/** RFC 3339 as epoch milliseconds. */
export function epochOf(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Date.parse(time);
}
