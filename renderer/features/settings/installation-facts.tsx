import { Button, Spinner } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Installation, Status } from '../../../shared/contract/suite.ts';
import { useAllowed } from '../../app/session.tsx';
import { formatBytes } from '../../i18n/format.ts';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Identifier } from '../../ui/identifier.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { Time } from '../../ui/time.tsx';
import { ConfirmRecoveryKey } from '../setup/confirm-recovery-key.tsx';
import { ReplaceRecoveryKey } from './replace-recovery-key.tsx';

/** What was chosen when the installation was made, and what the machine adds to it. */
export function InstallationFacts() {
  const { query } = useApi();
  const installation = useQuery(query.suite.getInstallation.queryOptions({ input: {} }));
  const status = useQuery(query.suite.getStatus.queryOptions({ input: {} }));
  if (installation.data === undefined) {
    return installation.error ? (
      <ErrorNote error={installation.error} onRetry={() => void installation.refetch()} />
    ) : (
      <Spinner label={t('common.loading')} />
    );
  }
  const { id, createdAt, dataFolder, target, secrets } = installation.data;
  return (
    <Panel title={t('settings.tabs.installation')}>
      <Facts
        facts={[
          [t('settings.installation.id'), <Identifier key="id" value={id} />],
          [t('settings.installation.created'), <Time key="created" value={createdAt} />],
          [t('settings.installation.dataFolder'), dataFolder],
          [t('settings.installation.target'), target ?? t('settings.installation.targetInside')],
          [
            t('settings.installation.secrets'),
            secrets === 'keychain'
              ? t('settings.installation.secretsKeychain')
              : t('settings.installation.secretsPassphrase'),
          ],
          [
            t('settings.installation.recoveryKey'),
            <RecoveryKey key="recovery" installation={installation.data} />,
          ],
          [t('settings.installation.encryption'), encryption(status.data)],
          [t('settings.installation.free'), status.data ? formatBytes(status.data.disk.freeBytes) : '…'],
          [
            t('settings.installation.operators'),
            <TextLink key="operators" href="/access/operators">
              {t('settings.installation.operatorsLink')}
            </TextLink>,
          ],
        ]}
      />
    </Panel>
  );
}

function RecoveryKey({ installation }: { readonly installation: Installation }) {
  const mayChange = useAllowed('operators:write');
  const [replacing, setReplacing] = useState(false);
  const { id, recoveryKeyConfirmed, recoveryKeyFingerprint, formerRecoveryKeyOpens } = installation;
  return (
    <>
      {recoveryKeyFingerprint}{' '}
      {recoveryKeyConfirmed ? (
        <StateBadge tone="good" text={t('settings.installation.confirmed')} />
      ) : (
        <StateBadge tone="warning" text={t('settings.installation.notConfirmed')} />
      )}{' '}
      {formerRecoveryKeyOpens && (
        <StateBadge tone="warning" text={t('settings.installation.formerKeyOpens')} />
      )}{' '}
      {mayChange && !recoveryKeyConfirmed && (
        <ConfirmRecoveryKey label={t('settings.installation.confirmNow')} installationId={id} />
      )}{' '}
      {mayChange && (
        <Button size="small" onClick={() => setReplacing(true)}>
          {t('settings.replacement.open')}
        </Button>
      )}
      {replacing && <ReplaceRecoveryKey installationId={id} onClose={() => setReplacing(false)} />}
    </>
  );
}

function encryption(status: Status | undefined): string {
  if (status === undefined) return '…';
  const { encryption: state, method } = status.disk;
  if (state === 'on') return t('settings.installation.encryptionOn', { method: method ?? '–' });
  return state === 'off'
    ? t('settings.installation.encryptionOff')
    : t('settings.installation.encryptionUnknown');
}
