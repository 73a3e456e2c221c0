import { Button, Field, Input, makeStyles } from '@fluentui/react-components';
import { useState } from 'react';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { toFailure } from '../../../rpc/failure.ts';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { ownerName } from '../../../ui/owner-name.ts';
import { problem } from '../../../ui/problem.ts';
import { useTenant } from '../../../ui/use-names.ts';
import { snapshotIdIn } from './find-snapshot.ts';

const useStyles = makeStyles({
  row: { display: 'flex', gap: '8px' },
  id: { flexGrow: 1, fontFamily: 'monospace' },
  field: { maxWidth: '640px' },
});

interface SnapshotByIdProps {
  /** Whose snapshots are chosen from; undefined: the installation's. */
  readonly tenant: string | undefined;
  readonly onFound: (snapshotId: string) => void;
}

/** A snapshot chosen by its id, or as much of the beginning as names one. */
export function SnapshotById({ tenant, onFound }: SnapshotByIdProps) {
  const styles = useStyles();
  const { client } = useApi();
  const wanted = useTenant(tenant);
  const [typed, setTyped] = useState('');
  const [wrong, setWrong] = useState<string>();
  const [error, setError] = useState<unknown>();

  async function choose() {
    setError(undefined);
    const snapshotId = snapshotIdIn(typed);
    setWrong(snapshotId === undefined ? t('restore.byId.noId') : undefined);
    if (snapshotId === undefined) return;
    try {
      const { id, tenantId } = await client.backups.getSnapshot({ snapshotId });
      if (tenantId === (tenant === undefined ? null : (wanted?.id ?? tenant))) return onFound(id);
      const other = tenantId === null ? undefined : await client.tenants.getTenant({ tenant: tenantId });
      setWrong(t('restore.byId.ofAnother', { id: id.slice(0, 8), owner: nameOf(tenantId, other?.name) }));
    } catch (failed) {
      if (toFailure(failed).code === 'NOT_FOUND') setWrong(t('restore.byId.none', { id: snapshotId }));
      else setError(failed);
    }
  }

  return (
    <>
      <Field
        className={styles.field}
        label={t('restore.byId.label')}
        hint={t('restore.byId.hint')}
        {...problem(wrong)}
      >
        <div className={styles.row}>
          <Input
            className={styles.id}
            value={typed}
            aria-label={t('restore.byId.label')}
            autoComplete="off"
            spellCheck={false}
            onChange={(_, { value }) => {
              setTyped(value);
              setWrong(undefined);
            }}
            onKeyDown={(event) => {
              if (event.key !== 'Enter') return;
              event.preventDefault();
              void choose();
            }}
          />
          <Button onClick={() => void choose()} disabledFocusable={typed.trim() === ''}>
            {t('restore.byId.use')}
          </Button>
        </div>
      </Field>
      <ErrorNote error={error} />
    </>
  );
}

const nameOf = (tenantId: string | null, name: string | undefined): string =>
  name ?? ownerName(tenantId, new Map());
