import type { RecordClass } from '../../../../shared/audit-retention.ts';
import { t } from '../../../i18n/translate.ts';

/** Of which entries days are; null: those whose class has no days of its own. */
export function classText(recordClass: RecordClass | null): string {
  return recordClass === null ? t('auditRetention.kept.others') : t(`auditRetention.classes.${recordClass}`);
}
