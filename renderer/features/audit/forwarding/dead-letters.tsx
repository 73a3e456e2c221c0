import {
  Body1,
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  makeStyles,
} from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { ForwardDestination } from '../../../../shared/contract/audit/forwarding.ts';
import { useAllowed } from '../../../app/session.tsx';
import { formatCount } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { CommandLine, shellWord } from '../../../ui/command-line.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { ReasonDialog } from '../../../ui/reason-dialog.tsx';
import { Time } from '../../../ui/time.tsx';
import { tableStyle } from './table-styles.ts';

const useStyles = makeStyles({
  content: { display: 'flex', flexDirection: 'column', gap: '12px' },
  table: tableStyle,
  ways: { display: 'flex', flexWrap: 'wrap', gap: '8px' },
});

/** A look leaves an entry in the log: they are looked at again when there are more or fewer. */
const lookedAtMs = 60_000;

interface DeadLettersProps {
  readonly destination: ForwardDestination;
  readonly onChanged: () => Promise<unknown>;
  readonly onClose: () => void;
}

/** What a destination does not take, and what can be done about it. */
export function DeadLetters({ destination, onChanged, onClose }: DeadLettersProps) {
  const styles = useStyles();
  const { client, query } = useApi();
  const { id: destinationId, name, deadLetters } = destination;
  const [mayRetry, mayDrop] = [useAllowed('audit:write'), useAllowed('operators:write')];
  const [dropping, setDropping] = useState(false);
  const [error, setError] = useState<unknown>();
  const found = useQuery(
    query.audit.listDeadLetters.queryOptions({ input: { destinationId }, staleTime: lookedAtMs }),
  );
  const { refetch } = found;
  const [shown, setShown] = useState(deadLetters);
  useEffect(() => {
    if (deadLetters === shown) return;
    setShown(deadLetters);
    void refetch();
  }, [deadLetters, shown, refetch]);
  const items = found.data?.items ?? [];

  async function retry() {
    setError(undefined);
    try {
      await client.audit.retryDeadLetters({ destinationId });
      await onChanged();
    } catch (refused) {
      setError(refused);
    }
  }

  if (dropping) {
    return (
      <ReasonDialog
        title={t('forwarding.letters.dropTitle', { name })}
        submit={t('forwarding.letters.dropSubmit')}
        command={`holdfast audit forward dead-letters ${shellWord(name)} --drop`}
        onClose={() => setDropping(false)}
        onSubmit={async (reason) => {
          await client.audit.dropDeadLetters({ destinationId, reason });
          await onChanged();
        }}
      >
        <Body1>{t('forwarding.letters.dropText')}</Body1>
      </ReasonDialog>
    );
  }
  return (
    <Dialog open onOpenChange={(_, { open }) => open || onClose()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t('forwarding.letters.title', { name })}</DialogTitle>
          <DialogContent className={styles.content}>
            <Body1>{t('forwarding.letters.text')}</Body1>
            <ErrorNote error={found.error} onRetry={() => void found.refetch()} />
            <ErrorNote error={error} />
            {found.data !== undefined && items.length === 0 && <Body1>{t('forwarding.letters.none')}</Body1>}
            {items.length > 0 && (
              <table className={styles.table} aria-label={t('forwarding.letters.title', { name })}>
                <thead>
                  <tr>
                    <th scope="col">{t('forwarding.letters.columns.entry')}</th>
                    <th scope="col">{t('forwarding.letters.columns.reason')}</th>
                    <th scope="col">{t('forwarding.letters.columns.tries')}</th>
                    <th scope="col">{t('forwarding.letters.columns.time')}</th>
                  </tr>
                </thead>
                <tbody>
                  {items.map(({ logId, index, reason, detail, tries, time, due }) => (
                    <tr key={`${logId}/${index}`}>
                      <td title={logId}>{formatCount(index)}</td>
                      <td>
                        {t(`forwarding.letters.reasons.${reason}`, { detail })}
                        {due && `, ${t('forwarding.letters.due')}`}
                      </td>
                      <td>{formatCount(tries)}</td>
                      <td>
                        <Time value={time} />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
            {items.length > 0 && (
              <div className={styles.ways}>
                {mayRetry && <Button onClick={() => void retry()}>{t('forwarding.letters.retry')}</Button>}
                {mayDrop && <Button onClick={() => setDropping(true)}>{t('forwarding.letters.drop')}</Button>}
              </div>
            )}
            <CommandLine command={`holdfast audit forward dead-letters ${shellWord(name)}`} />
          </DialogContent>
          <DialogActions>
            <Button appearance="primary" onClick={onClose}>
              {t('common.close')}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
