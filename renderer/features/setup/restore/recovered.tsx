import { Body1, Button, MessageBar, MessageBarBody, Subtitle2 } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { RecoveryResult } from '../../../../shared/contract/recovery.ts';
import { usePreferences } from '../../../app/preferences.tsx';
import { formatCount, formatTime } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { Centred } from '../../../ui/centred.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { Time } from '../../../ui/time.tsx';
import { Wizard } from '../../../ui/wizard.tsx';
import { useFoundStyles } from './found-styles.ts';
import { More, mostShown } from './more.tsx';
import { restoreWizardSteps } from './restore-wizard-steps.ts';

/** How a recovery ended, before anybody signs in: per tenant, what is lost, what to look at, what to do. */
export function Recovered({ result }: { readonly result: RecoveryResult }) {
  const styles = useFoundStyles();
  const { client } = useApi();
  const queries = useQueryClient();
  const { zone } = usePreferences().preferences;
  const [error, setError] = useState<unknown>();
  const { tenants, lost, warnings } = result;

  async function leave() {
    try {
      await client.setup.dismissRecovery({});
      queries.setQueryData(['recovery'], { recovery: null });
    } catch (failed) {
      setError(failed);
    }
  }

  return (
    <Centred title={t('setup.restore.done.title')} width={820}>
      <Wizard label={t('setup.restore.title')} steps={restoreWizardSteps()} current="done">
        <Body1>
          {result.asOf === null
            ? t('setup.restore.done.text', { time: formatTime(result.time, zone) })
            : t('setup.restore.done.textThen', {
                asOf: formatTime(result.asOf, zone),
                time: formatTime(result.time, zone),
              })}
        </Body1>
        {tenants.length === 0 ? (
          <Body1>{t('setup.restore.done.none')}</Body1>
        ) : (
          <>
            <table className={styles.table} aria-label={t('setup.restore.done.table')}>
              <thead>
                <tr>
                  <th>{t('setup.restore.done.columns.tenant')}</th>
                  <th>{t('setup.restore.done.columns.time')}</th>
                  <th>{t('setup.restore.done.columns.rows')}</th>
                </tr>
              </thead>
              <tbody>
                {tenants.slice(0, mostShown).map(({ tenantId, name, time, rows }) => (
                  <tr key={tenantId}>
                    <td>{name === '' ? tenantId : name}</td>
                    <td>
                      <Time value={time} missing={t('setup.restore.done.missing')} />
                    </td>
                    <td>{rows === null ? '–' : formatCount(rows)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
            <More of={tenants.length} />
          </>
        )}
        <Body1>
          {lost.entries === 0
            ? t('setup.restore.done.nothingLost')
            : t('setup.restore.done.lost', { count: lost.entries })}
        </Body1>
        {warnings.length > 0 && (
          <>
            <Subtitle2 as="h3">{t('setup.restore.done.warnings')}</Subtitle2>
            {warnings.map((warning) => (
              <MessageBar key={warning} intent="warning" layout="multiline">
                <MessageBarBody>{warning}</MessageBarBody>
              </MessageBar>
            ))}
          </>
        )}
        <Subtitle2 as="h3">{t('setup.restore.done.next')}</Subtitle2>
        <ol style={{ margin: 0, paddingInlineStart: '20px' }}>
          <li>{t('setup.restore.done.steps.signIn')}</li>
          <li>{t('setup.restore.done.steps.access')}</li>
          <li>{t('setup.restore.done.steps.backup')}</li>
          <li>{t('setup.restore.done.steps.old')}</li>
        </ol>
        <ErrorNote error={error} />
        <div>
          <Button appearance="primary" onClick={() => void leave()}>
            {t('setup.restore.done.signIn')}
          </Button>
        </div>
      </Wizard>
    </Centred>
  );
}
