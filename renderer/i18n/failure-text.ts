import { type Failure, toFailure } from '../rpc/failure.ts';
import { t, tryText } from './translate.ts';

/** The sentence for a failure: what happened, and what to do next. */
export function failureText(error: unknown): string {
  const failure = toFailure(error);
  if (failure.code === 'UNAVAILABLE' && failure.data.manager === 'connection') return t('errors.connection');
  const refined = refinedText(failure);
  const text = refined ?? tryText(['errors', 'codes', failure.code], textData(failure)) ?? failure.code;
  const { retryAfterMs } = failure.data;
  if (typeof retryAfterMs !== 'number') return text;
  return `${text} ${t('errors.retryAfter', { seconds: Math.ceil(retryAfterMs / 1_000) })}`;
}

function refinedText(failure: Failure): string | undefined {
  const { code, data } = failure;
  const { reason, where, kind, id } = data;
  if (typeof reason === 'string') return tryText(['errors', 'reasons', reason], textData(failure));
  if (where === 'tenant' || (kind === 'database' && id === 'tenant')) {
    return tryText(['errors', 'stored', 'tenant', code]);
  }
  if (kind === 'installation' && code === 'NOT_FOUND')
    return tryText(['errors', 'reasons', 'no-backups-there']);
  if (kind === 'restore-point') return tryText(['errors', 'reasons', 'point-put-away']);
  if (kind === 'restore') return tryText(['errors', 'reasons', 'no-restore-left']);
  if (kind === 'target-folder') return tryText(['errors', 'reasons', 'no-folder']);
  if (kind === 'entry' || kind === 'entries') return tryText(['errors', 'stored', kind, code]);
  const ofBackups = kind === 'repository' || kind === 'repository-file';
  return ofBackups ? tryText(['errors', 'stored', 'backups', code]) : undefined;
}

/** Where VALIDATION says that input is wrong: the path of each member, with the contract's words. */
export function issuesOf({ data }: Failure): ReadonlyMap<string, string> {
  const issues = Array.isArray(data.issues) ? data.issues : [];
  return new Map(
    issues.flatMap((issue: unknown) => {
      if (typeof issue !== 'object' || issue === null || !('path' in issue)) return [];
      const told = 'message' in issue ? issue.message : 'reason' in issue ? issue.reason : '';
      const text = tryText(['errors', 'reasons', String(told)]) ?? String(told);
      return [[String(issue.path), text]];
    }),
  );
}

function textData({ data }: Failure): Record<string, string | number> {
  const plain = Object.entries(data).flatMap(([name, value]): [string, string | number][] =>
    typeof value === 'string' || typeof value === 'number' ? [[name, value]] : [],
  );
  return { correlationId: '–', errno: '–', ...Object.fromEntries(plain) };
}
