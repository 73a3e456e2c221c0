import { Body1 } from '@fluentui/react-components';
import type { LogIntegrity } from '../../../../shared/contract/audit/integrity-facts.ts';
import type { Horizon } from '../../../../shared/contract/audit.ts';
import { formatCount } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { Panel } from '../../../ui/panel.tsx';
import { HorizonText } from '../../../ui/protection/horizon.tsx';
import { TextLink } from '../../../ui/text-link.tsx';
import { Time } from '../../../ui/time.tsx';
import { PlainTable } from '../plain-table.tsx';
import { ProofLines } from './proof-lines.tsx';
import { voucherName } from './voucher-name.ts';

interface VouchersProps {
  readonly horizon: Horizon;
  readonly integrity: LogIntegrity;
}

/** Up to where the log is proven, by whom, and where that is kept. */
export function Vouchers({ horizon, integrity }: VouchersProps) {
  const { size, vouchers } = integrity;
  return (
    <Panel title={t('integrity.vouchers.title')}>
      <Body1>
        <HorizonText horizon={horizon} />
      </Body1>
      {vouchers.length === 0 && <Body1>{t('integrity.vouchers.none')}</Body1>}
      <ProofLines integrity={integrity} />
      {vouchers.length > 0 && (
        <PlainTable
          label={t('integrity.vouchers.title')}
          columns={(['who', 'where', 'size', 'after', 'time'] as const).map((column) =>
            t(`integrity.vouchers.columns.${column}`),
          )}
          rows={vouchers.map((voucher) => ({
            key: `${voucher.kind} ${voucher.name}`,
            cells: [
              voucherName(voucher),
              t(`integrity.vouchers.where.${voucher.kind}`),
              formatCount(voucher.size),
              formatCount(size - voucher.size),
              <Time key="time" value={voucher.time} />,
            ],
          }))}
        />
      )}
      <Body1>
        <TextLink href="/audit/witnesses">{t('integrity.vouchers.witnesses')}</TextLink>
      </Body1>
    </Panel>
  );
}
