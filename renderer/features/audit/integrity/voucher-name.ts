import type { LogIntegrity } from '../../../../shared/contract/audit/integrity-facts.ts';
import { t } from '../../../i18n/translate.ts';

export function voucherName({ kind, name }: LogIntegrity['vouchers'][number]): string {
  return name === null
    ? t(`integrity.vouchers.kind.${kind}`)
    : `${t(`integrity.vouchers.kind.${kind}`)} ${name}`;
}
