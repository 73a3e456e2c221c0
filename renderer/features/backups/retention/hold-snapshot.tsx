import { Button } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useAllowed } from '../../../app/session.tsx';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { ReasonDialog } from '../../../ui/reason-dialog.tsx';

/** Keeps one snapshot whatever the policy says. */
export function HoldSnapshot({ snapshotId }: { readonly snapshotId: string }) {
  const { client, query } = useApi();
  const queries = useQueryClient();
  const mayPlace = useAllowed('backups:write');
  const [placing, setPlacing] = useState(false);
  if (!mayPlace) return null;
  return (
    <div>
      <Button onClick={() => setPlacing(true)}>{t('retention.holds.placeOne')}</Button>
      {placing && (
        <ReasonDialog
          title={t('retention.holds.placeOneTitle')}
          submit={t('retention.holds.placeSubmit')}
          command={`holdfast backup hold place --snapshot ${snapshotId.slice(0, 12)}`}
          onSubmit={async (reason) => {
            await client.backups.placeHold({ snapshotId, reason });
            await queries.invalidateQueries({ queryKey: query.backups.key() });
          }}
          onClose={() => setPlacing(false)}
        >
          <p>{t('retention.holds.placeText')}</p>
        </ReasonDialog>
      )}
    </div>
  );
}
