import { useQuery } from '@tanstack/react-query';
import type { Status } from '../../../shared/contract/suite.ts';
import { formatBytes } from '../../i18n/format.ts';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { Facts } from '../../ui/facts.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { Panel } from '../../ui/panel.tsx';

/** What the machine adds: space, encryption, and where the master key is. */
export function MachinePanel({ status }: { readonly status: Status }) {
  const { query } = useApi();
  const installation = useQuery(query.suite.getInstallation.queryOptions({ input: {} }));
  const { disk, secrets, version } = status;
  return (
    <Panel
      title={t('dashboard.machine.title')}
      actions={
        <LinkButton size="small" appearance="subtle" href="/settings">
          {t('dashboard.machine.open')}
        </LinkButton>
      }
    >
      <Facts
        facts={[
          [t('dashboard.machine.free'), formatBytes(disk.freeBytes)],
          [
            t('dashboard.machine.encryption'),
            disk.encryption === 'on'
              ? t('dashboard.machine.on', { method: disk.method ?? '–' })
              : t(`dashboard.machine.${disk.encryption}`),
          ],
          [t('dashboard.machine.secrets'), t(`dashboard.machine.${secrets.mode}`)],
          ...(installation.data === undefined
            ? []
            : [
                [
                  t('dashboard.machine.target'),
                  installation.data.target ?? t('dashboard.machine.inside'),
                ] as const,
              ]),
          [t('dashboard.machine.version'), version],
        ]}
      />
    </Panel>
  );
}
