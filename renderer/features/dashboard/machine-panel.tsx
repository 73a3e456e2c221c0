import type { Status } from '../../../shared/contract/suite.ts';
import { formatBytes } from '../../i18n/format.ts';
import { t } from '../../i18n/translate.ts';
import { Facts } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';

/** What the machine adds to it. */
export function MachinePanel({ status: { disk, secrets, version } }: { readonly status: Status }) {
  return (
    <Panel title={t('dashboard.machine.title')}>
      <Facts
        facts={[
          [t('dashboard.machine.free'), formatBytes(disk.freeBytes)],
          [t('dashboard.machine.encryption'), t(`dashboard.machine.encryptions.${disk.encryption}`)],
          [t('dashboard.machine.secrets'), t(`dashboard.machine.${secrets.mode}`)],
          [t('dashboard.machine.version'), version],
        ]}
      />
    </Panel>
  );
}
