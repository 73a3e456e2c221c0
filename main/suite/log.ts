import type { ErrorLog } from '../rpc/errors.ts';

/** One JSON line an error on standard error: kind, message and stack, never input, so never a secret. */
export const processLog: ErrorLog = {
  report(error, correlationId) {
    const known = error instanceof Error ? error : new Error(String(error));
    const { name, message, stack } = known;
    const line = { time: new Date().toISOString(), level: 'error', correlationId, name, message, stack };
    process.stderr.write(`${JSON.stringify(line)}\n`);
  },
};
