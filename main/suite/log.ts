import { HoldfastError } from '../../shared/errors.ts';
import type { ErrorLog } from '../rpc/errors.ts';

/**
 * One JSON line an error on standard error: kind and message, never input, so never a secret; with the stack of what is none
 * of our own errors, whose messages say what to do.
 */
export const processLog: ErrorLog = {
  report(error, correlationId) {
    const known = error instanceof Error ? error : new Error(String(error));
    const { name, message } = known;
    const isExpected = known instanceof HoldfastError && known.code !== 'INTERNAL';
    const stack = isExpected ? undefined : known.stack;
    const line = { time: new Date().toISOString(), level: 'error', correlationId, name, message, stack };
    process.stderr.write(`${JSON.stringify(line)}\n`);
  },
};
