import type { OwnerProtection } from '../../../shared/contract/backups/drills.ts';
import { formatBytes } from '../../i18n/format.ts';
import { t } from '../../i18n/translate.ts';

/** What a forecast of a restore's duration comes from. */
export function forecastInputs({
  bytes,
  bytesPerSecond,
  drills,
}: NonNullable<OwnerProtection['forecast']>): string {
  return t('drills.objectives.inputs', {
    bytes: formatBytes(bytes),
    speed: formatBytes(bytesPerSecond),
    count: drills,
  });
}
