interface Trusted {
  readonly key?: string | undefined;
  readonly policy?: string | undefined;
}

/** Checks the bundle in a file and answers the report. Throws CannotRun, and what the file system throws. */
export function verifyFile(path: string, trusted: Trusted): Promise<unknown>;
