import { uuidPattern } from '../../shared/ids.ts';

/** Where a message leads; undefined for any other message. */
export function alertPath(data: unknown): string | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  if (!('holdfast' in data) || data.holdfast !== 'alerts' || !('alertId' in data)) return undefined;
  const { alertId } = data;
  if (alertId === null) return '/audit/alerts';
  return typeof alertId === 'string' && uuidPattern.test(alertId)
    ? `/audit/alerts?alert=${alertId}`
    : undefined;
}
