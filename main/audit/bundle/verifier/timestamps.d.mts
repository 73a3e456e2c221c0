interface StampLine {
  readonly entries: number;
  readonly of: number;
  readonly time: number;
  readonly accuracy: number | null;
  readonly authority: string;
  readonly ca: string;
  readonly fingerprint: string;
}

/** A time stamp that holds, as a line; times in milliseconds. */
export function stampText(stamp: StampLine): string;
