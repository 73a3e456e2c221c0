import type { ErrorLog } from '../../main/rpc/errors.ts';

/** Keeps what was reported, for the test to look at. */
export class ErrorList implements ErrorLog {
  readonly reported: unknown[] = [];

  report(error: unknown): void {
    this.reported.push(error);
  }
}
