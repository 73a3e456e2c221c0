import { makeStyles, tokens } from '@fluentui/react-components';
import { useId } from 'react';
import type { LogIntegrity } from '../../../../shared/contract/audit/integrity-facts.ts';
import { formatCount } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { voucherName } from './voucher-name.ts';

const useStyles = makeStyles({
  figure: { margin: 0, display: 'flex', flexDirection: 'column', gap: '6px', maxWidth: '900px' },
  rows: {
    display: 'grid',
    gridTemplateColumns: 'minmax(90px, max-content) minmax(120px, 1fr)',
    gap: '6px 12px',
    alignItems: 'center',
  },
  name: { overflowWrap: 'anywhere', maxWidth: '260px' },
  bar: {
    height: '14px',
    borderRadius: tokens.borderRadiusSmall,
    // what nobody vouches for
    border: `1px dashed ${tokens.colorNeutralStroke1}`,
    boxSizing: 'border-box',
    overflow: 'hidden',
  },
  proven: { height: '100%', backgroundColor: tokens.colorBrandBackground, minWidth: '2px' },
  ends: {
    gridColumn: 2,
    display: 'flex',
    justifyContent: 'space-between',
    gap: '12px',
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground3,
  },
});

/** How far each voucher reaches into the log, the newest part of it enlarged where it would not be seen; what is dashed is self-attested. */
export function ProofLines({ integrity: { size, vouchers } }: { readonly integrity: LogIntegrity }) {
  const styles = useStyles();
  const id = useId();
  if (size === 0 || vouchers.length === 0) return null;
  const start = beginning(size, vouchers);
  const share = (of: number) => `${(Math.max(0, of - start) / (size - start)) * 100}%`;
  const text = vouchers.map((voucher) =>
    t('integrity.vouchers.reach', { who: voucherName(voucher), index: formatCount(voucher.size - 1) }),
  );
  return (
    <figure className={styles.figure} aria-describedby={`${id}-text`}>
      <figcaption>
        {t(start === 0 ? 'integrity.vouchers.plot' : 'integrity.vouchers.newestPlot', {
          index: formatCount(start),
        })}
      </figcaption>
      <span id={`${id}-text`} hidden>
        {text.join(' ')}
      </span>
      <div className={styles.rows} aria-hidden>
        {vouchers.map((voucher, at) => (
          <div key={`${voucher.kind} ${voucher.name}`} style={{ display: 'contents' }} title={text[at]}>
            <span className={styles.name}>{voucherName(voucher)}</span>
            <div className={styles.bar}>
              <div className={styles.proven} style={{ width: share(voucher.size) }} />
            </div>
          </div>
        ))}
        <div className={styles.ends}>
          <span>{t('integrity.vouchers.entry', { index: formatCount(start) })}</span>
          <span>{t('integrity.vouchers.entry', { index: formatCount(size - 1) })}</span>
        </div>
      </div>
    </figure>
  );
}

/** What nobody vouches for is seen on a line of the whole log where it is so much of it. */
const seenShare = 1 / 20;

/** The plot begins there: at the first entry, or where what all vouch for takes a quarter of it. */
function beginning(size: number, vouchers: LogIntegrity['vouchers']): number {
  const least = Math.min(...vouchers.map((voucher) => voucher.size));
  if (size - least >= size * seenShare) return 0;
  return Math.max(0, Math.floor(least - Math.max(8, (size - least) / 3)));
}
