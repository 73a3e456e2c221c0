import type { BackupTarget } from '../../../../shared/contract/backups/targets.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';

interface RemoveTargetProps {
  readonly target: BackupTarget & { readonly id: string };
  readonly onRemoved: () => Promise<unknown>;
  readonly onClose: () => void;
}

/** Nothing is copied there any more; backups that it alone has are lost with it, which is said. */
export function RemoveTarget({ target: { id, name, standsIn }, onRemoved, onClose }: RemoveTargetProps) {
  const { client } = useApi();
  const abandon = standsIn === null ? {} : { abandon: true as const };
  return (
    <ConfirmDialog
      title={t('targets.removing.title')}
      confirm={t(standsIn === null ? 'targets.removing.submit' : 'targets.removing.abandon')}
      onConfirm={() => client.backups.removeTarget({ targetId: id, ...abandon }).then(onRemoved)}
      onClose={onClose}
    >
      {textOf({ name, standsIn })}
    </ConfirmDialog>
  );
}

function textOf({ name, standsIn }: Pick<BackupTarget, 'name' | 'standsIn'>): string {
  if (standsIn === null) return t('targets.removing.text', { name });
  const { snapshots: count } = standsIn;
  return count === 0 ? t('targets.removing.begun', { name }) : t('targets.removing.alone', { name, count });
}
