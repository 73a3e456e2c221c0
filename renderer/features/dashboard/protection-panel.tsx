import type { Status } from '../../../shared/contract/suite.ts';
import { protectionOf, protectionTones } from '../../app/use-status.ts';
import { formatDuration } from '../../i18n/format.ts';
import { t } from '../../i18n/translate.ts';
import { Facts } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Time, useNow } from '../../ui/time.tsx';

/** What would come back if the machine were lost now. */
export function ProtectionPanel({ status }: { readonly status: Status }) {
  const now = useNow();
  const state = protectionOf(status);
  const { lastBackup, lastVerifiedRestore, nextRun, sameDisk } = status.protection;
  const loss =
    lastBackup === null
      ? t('dashboard.protection.rpoNone')
      : sameDisk
        ? t('dashboard.protection.rpoSame')
        : t('dashboard.protection.rpoSince', {
            time: formatDuration(Math.max(0, now - Date.parse(lastBackup))),
          });
  return (
    <Panel
      title={t('dashboard.protection.title')}
      actions={<StateBadge tone={protectionTones[state]} text={t(`dashboard.protection.${state}`)} />}
    >
      <Facts
        facts={[
          [t('dashboard.protection.rpo'), loss],
          [t('dashboard.protection.lastBackup'), <Time key="last" value={lastBackup} as="ago" />],
          [t('dashboard.protection.verified'), <Time key="verified" value={lastVerifiedRestore} as="ago" />],
          [t('dashboard.protection.next'), <Time key="next" value={nextRun} />],
        ]}
      />
    </Panel>
  );
}
