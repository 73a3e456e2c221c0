import { Button, Spinner, Subtitle2 } from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FolderSnapshot } from '../../../../shared/contract/backups/folders.ts';
import { useAllowed } from '../../../app/session.tsx';
import { formatBytes, formatCount } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { CommandLine } from '../../../ui/command-line.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { FormDialog } from '../../../ui/form-dialog.tsx';
import { Identifier } from '../../../ui/identifier.tsx';
import { Time } from '../../../ui/time.tsx';
import { Excludes } from './add-folder.tsx';
import { linesOf } from './lines.ts';
import { Notes } from './notes.tsx';
import { RestoreFolder } from './restore-folder.tsx';

interface FolderDetailsProps {
  readonly id: string;
  readonly onRun: (id: string) => void;
  readonly onRemoved: () => void;
}

const historyShown = 20;

/** One protected folder: what is left out, what its last backup had to say, and its backups with the way back. */
export function FolderDetails({ id, onRun, onRemoved }: FolderDetailsProps) {
  const { client, query } = useApi();
  const queries = useQueryClient();
  const mayWrite = useAllowed('backups:write');
  const mayRestore = useAllowed('backups:restore');
  const [open, setOpen] = useState<'remove' | 'excludes'>();
  const [excludes, setExcludes] = useState('');
  const [restoring, setRestoring] = useState<FolderSnapshot>();
  const found = useQuery(query.backups.getProtectedFolder.queryOptions({ input: { folderId: id } }));
  const history = useQuery(
    query.backups.listFolderSnapshots.queryOptions({ input: { folderId: id, limit: historyShown } }),
  );
  if (found.error) return <ErrorNote error={found.error} onRetry={() => void found.refetch()} />;
  if (found.data === undefined) return <Spinner label={t('common.loading')} />;
  const { path, excludes: patterns, lastBackup, notes } = found.data;
  const changed = () => queries.invalidateQueries({ queryKey: query.backups.key() });
  return (
    <>
      <Facts
        facts={[
          [t('folders.path'), path],
          [t('folders.excludes'), patterns.length === 0 ? t('folders.nothingLeftOut') : patterns.join(', ')],
          [t('folders.columns.last'), <Time key="last" value={lastBackup?.time ?? null} />],
          ...(lastBackup === null
            ? []
            : ([
                [t('folders.columns.files'), formatCount(lastBackup.files)],
                [t('folders.columns.size'), formatBytes(lastBackup.bytes)],
                [
                  t('folders.databases'),
                  lastBackup.databases === null ? t('folders.unknown') : formatCount(lastBackup.databases),
                ],
              ] as const)),
          [t('folders.id'), <Identifier key="id" value={id} />],
        ]}
      />
      {notes.length > 0 && <Subtitle2 as="h3">{t('folders.notes')}</Subtitle2>}
      <Notes notes={notes} total={notes.length} />
      <div style={{ display: 'flex', gap: 8, flexWrap: 'wrap' }}>
        {mayWrite && (
          <>
            <Button onClick={() => onRun(id)}>{t('folders.run')}</Button>
            <Button
              onClick={() => {
                setExcludes(patterns.join('\n'));
                setOpen('excludes');
              }}
            >
              {t('folders.change')}
            </Button>
            <Button onClick={() => setOpen('remove')}>{t('folders.remove')}</Button>
          </>
        )}
      </div>
      <Subtitle2 as="h3">{t('folders.history')}</Subtitle2>
      <ErrorNote error={history.error} onRetry={() => void history.refetch()} />
      <ul
        aria-label={t('folders.historyLabel', { path })}
        style={{ margin: 0, padding: 0, listStyle: 'none' }}
      >
        {history.data?.items.map((snapshot) => (
          <li key={snapshot.id} style={{ display: 'flex', gap: 8, alignItems: 'center', paddingBlock: 4 }}>
            <span style={{ flexGrow: 1 }}>
              <Time value={snapshot.time} />, {formatBytes(snapshot.bytes)}
              {snapshot.warnings > 0 && `, ${t('folders.state.warnings', { count: snapshot.warnings })}`}
            </span>
            {mayRestore && (
              <Button size="small" onClick={() => setRestoring(snapshot)}>
                {t('folders.restore')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <CommandLine command={`holdfast backup run --folder ${id}`} />
      {open === 'excludes' && (
        <FormDialog
          title={t('folders.changeTitle', { path })}
          submit={t('folders.save')}
          onSubmit={async () => {
            await client.backups.updateProtectedFolder({
              folderId: found.data.id,
              excludes: linesOf(excludes),
            });
            await changed();
            setOpen(undefined);
          }}
          onClose={() => setOpen(undefined)}
        >
          <Excludes value={excludes} onChange={setExcludes} />
        </FormDialog>
      )}
      {open === 'remove' && (
        <ConfirmDialog
          title={t('folders.removeTitle', { path })}
          confirm={t('folders.remove')}
          onClose={() => setOpen(undefined)}
          onConfirm={async () => {
            await client.backups.removeProtectedFolder({ folderId: found.data.id });
            onRemoved();
            await changed();
          }}
        >
          <p>{t('folders.removeText')}</p>
        </ConfirmDialog>
      )}
      {restoring && <RestoreFolder snapshot={restoring} onClose={() => setRestoring(undefined)} />}
    </>
  );
}
