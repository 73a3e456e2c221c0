import { type AuditTrail, OperationRun, type RunRequest } from './operation-run.ts';

const never = new AbortController().signal;

/**
 * A change that Holdfast begins of itself, or as part of another operation (`caller`: whose). Unless the request says otherwise, it is of no
 * severity, promises nothing before it, may use the reserve, and cannot be stopped.
 */
export function systemRun(
  request: Pick<RunRequest, 'id' | 'action'> &
    Partial<Pick<RunRequest, 'caller' | 'severity' | 'critical' | 'cure'>>,
  trail: AuditTrail,
): OperationRun {
  return new OperationRun(
    {
      caller: { kind: 'system' },
      severity: 'info',
      critical: false,
      cure: true,
      ...request,
      audited: 'change',
      signal: never,
    },
    trail,
  );
}
