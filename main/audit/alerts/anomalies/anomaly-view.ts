import { baselineDays } from '../../../../shared/anomalies.ts';
import { toRfc3339 } from '../../../../shared/clock.ts';
import type { AlertAnomaly } from '../../../../shared/contract/audit/anomalies.ts';
import { dayMs } from '../alert-store.ts';
import type { Anomaly } from './contribution.ts';

/** In the contract's form. */
export function anomalyView({ day, from, to, ...anomaly }: Anomaly): AlertAnomaly {
  return {
    ...anomaly,
    from: toRfc3339((day - baselineDays) * dayMs),
    to: toRfc3339(day * dayMs),
    firstEntry: from,
    lastEntry: to,
  };
}
