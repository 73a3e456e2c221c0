import { Body1, makeStyles } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Installation, Status } from '../../../shared/contract/suite.ts';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StateBadge, type Tone } from '../../ui/state-badge.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { ConfirmRecoveryKey } from '../setup/confirm-recovery-key.tsx';

const useStyles = makeStyles({
  list: {
    listStyleType: 'none',
    margin: 0,
    padding: 0,
    display: 'flex',
    flexDirection: 'column',
    gap: '8px',
  },
  row: { display: 'flex', gap: '12px', alignItems: 'center', flexWrap: 'wrap' },
});

interface Item {
  readonly key: string;
  readonly tone: Tone;
  readonly text: string;
  readonly next?: ReactNode;
}

interface AttentionProps {
  readonly status: Status;
  readonly overdue: number;
  readonly installation: Installation | undefined;
}

const managers = ['tenants', 'auth', 'audit', 'backups'] as const;

/** What needs somebody, worst first, each with its one next step. */
export function Attention({ status, overdue, installation }: AttentionProps) {
  const styles = useStyles();
  const { query } = useApi();
  const notices = useQuery(query.suite.listNotices.queryOptions({ input: { limit: 1, state: 'open' } }));
  const items: Item[] = [];
  for (const manager of managers) {
    const { state, problem } = status.managers[manager];
    if (state === 'ready') continue;
    items.push({
      key: manager,
      tone: state === 'down' ? 'bad' : 'warning',
      text: t('dashboard.attention.manager', {
        manager: t(`words.manager.${manager}`),
        problem: problem ?? t(`words.managerState.${state}`),
      }),
    });
  }
  const { sameDisk, unprotected } = status.protection;
  if (installation?.recoveryKeyConfirmed === false) {
    items.push({
      key: 'recovery-key',
      tone: 'bad',
      text: t('dashboard.attention.recoveryKey'),
      next: <ConfirmRecoveryKey label={t('setup.firstRun.recovery.open')} installationId={installation.id} />,
    });
  }
  if (overdue > 0) {
    items.push({
      key: 'overdue',
      tone: 'bad',
      text: t('dashboard.attention.overdue', { count: overdue }),
      next: <TextLink href="/backups/schedules">{t('dashboard.attention.toSchedules')}</TextLink>,
    });
  }
  if (unprotected > 0) {
    items.push({
      key: 'unprotected',
      tone: 'warning',
      text: t('dashboard.attention.unprotected', { count: unprotected }),
      next: <TextLink href="/backups">{t('dashboard.attention.toBackups')}</TextLink>,
    });
  }
  if (sameDisk) items.push({ key: 'same-disk', tone: 'warning', text: t('dashboard.attention.sameDisk') });
  if ((notices.data?.open ?? 0) > 0) {
    items.push({
      key: 'notices',
      tone: 'warning',
      text: t('dashboard.attention.notices', { count: notices.data?.open ?? 0 }),
      next: <TextLink href="/inbox">{t('dashboard.attention.toInbox')}</TextLink>,
    });
  }
  if (status.disk.encryption === 'off') {
    items.push({ key: 'encryption', tone: 'warning', text: t('dashboard.attention.encryption') });
  }
  return (
    <Panel title={t('dashboard.attention.title')}>
      {items.length === 0 && <Body1>{t('dashboard.attention.nothing')}</Body1>}
      <ul className={styles.list}>
        {items.map(({ key, tone, text, next }) => (
          <li key={key} className={styles.row}>
            <StateBadge
              tone={tone}
              text={tone === 'bad' ? t('words.severity.critical') : t('words.severity.warning')}
            />
            <span>{text}</span>
            {next}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
