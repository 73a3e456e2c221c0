import type { Readable, Writable } from 'node:stream';

/** What the command line has to do with the world outside; tests hand in their own. */
export interface Terminal {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly environment: NodeJS.ProcessEnv;
  readonly workingFolder: string;
  /** Aborted when the person or the system asks to stop. */
  readonly interrupted: AbortSignal;
}
