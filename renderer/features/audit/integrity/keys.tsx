import type { LogIntegrity } from '../../../../shared/contract/audit/integrity-facts.ts';
import { t } from '../../../i18n/translate.ts';
import { Identifier } from '../../../ui/identifier.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { Time } from '../../../ui/time.tsx';
import { PlainTable } from '../plain-table.tsx';
import { EntryLinks } from './entry-links.tsx';

const columns = ['key', 'fingerprint', 'since', 'until'] as const;

/** Every key that signed the log, and the entry by which each handed over. */
export function SigningKeys({ keys }: Pick<LogIntegrity, 'keys'>) {
  return (
    <Panel title={t('integrity.keys.title')}>
      <PlainTable
        label={t('integrity.keys.title')}
        columns={columns.map((column) => t(`integrity.keys.columns.${column}`))}
        atOnce={10}
        rows={keys.map(({ name, epoch, generation, fingerprint, since, handedOver, signs }) => ({
          key: name,
          cells: [
            t('integrity.keys.name', { generation, epoch }),
            <Identifier key="fingerprint" value={fingerprint} />,
            since === null ? t('integrity.keys.unknown') : <Time key="since" value={since} />,
            signs ? (
              t('integrity.keys.signs')
            ) : handedOver === null ? (
              t('integrity.keys.ended')
            ) : (
              <span key="until">
                <Time value={handedOver.time} />, <EntryLinks entries={[handedOver]} />
              </span>
            ),
          ],
        }))}
      />
    </Panel>
  );
}
