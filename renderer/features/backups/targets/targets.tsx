import { Body1, Button, Caption1, makeStyles } from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { BackupTarget } from '../../../../shared/contract/backups/targets.ts';
import { useAllowed } from '../../../app/session.tsx';
import { formatBytes } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { JobPanel } from '../../../ui/job-panel.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { StateBadge, type Tone } from '../../../ui/state-badge.tsx';
import { movedSentences, syncSentences } from '../../../ui/sync-sentences.ts';
import { Time } from '../../../ui/time.tsx';
import { useTenants } from '../../../ui/use-names.ts';
import { TargetForecasts } from '../forecast/target-forecasts.tsx';
import { plainTable } from '../plain-table.ts';
import { AddTarget } from './add-target.tsx';
import { ChangeTarget } from './change-target.tsx';
import { coverWords } from './cover-words.ts';
import { Lag } from './lag.tsx';
import { LeftCopies } from './left-copies.tsx';
import { MoveTarget } from './move-target.tsx';
import { RemoveTarget } from './remove-target.tsx';

const useStyles = makeStyles({
  table: {
    ...plainTable,
    '& td': { overflowWrap: 'anywhere' },
  },
  ways: { display: 'flex', flexWrap: 'wrap', gap: '6px' },
});

/** The targets, how far each copy is behind, and what can be done with them. */
export function Targets() {
  const styles = useStyles();
  const { client, query } = useApi();
  const queries = useQueryClient();
  const tenants = useTenants();
  const mayWrite = useAllowed('backups:write');
  const mayChange = useAllowed('backups:restore');
  const [adding, setAdding] = useState(false);
  const [moving, setMoving] = useState(false);
  const [removing, setRemoving] = useState<BackupTarget & { readonly id: string }>();
  const [changing, setChanging] = useState<BackupTarget & { readonly id: string }>();
  const [jobId, setJobId] = useState<string>();
  const [said, setSaid] = useState<string>();
  const [error, setError] = useState<unknown>();
  const loaded = useQuery(query.backups.listTargets.queryOptions({ input: {}, refetchInterval: 15_000 }));
  const items = loaded.data?.items ?? [];
  const renew = () => queries.invalidateQueries({ queryKey: query.backups.key() });

  async function doing(work: () => Promise<unknown>) {
    setError(undefined);
    setSaid(undefined);
    try {
      await work();
    } catch (refused) {
      setError(refused);
    }
  }

  const test = (targetId: string, name: string) =>
    doing(async () => {
      const { freeBytes } = await client.backups.testTarget({ targetId });
      const isTold = freeBytes !== null;
      setSaid(
        isTold
          ? t('targets.works', { name, bytes: formatBytes(freeBytes) })
          : t('targets.worksUntold', { name }),
      );
      await renew();
    });
  const sync = (targetId: string) =>
    doing(async () => setJobId((await client.backups.syncTarget({ targetId })).jobId));

  return (
    <>
      <Panel
        title={t('targets.title')}
        actions={mayChange && <Button onClick={() => setAdding(true)}>{t('targets.add')}</Button>}
      >
        <Body1>{t('targets.text')}</Body1>
        <ErrorNote error={loaded.error} onRetry={() => void loaded.refetch()} />
        <ErrorNote error={error} />
        <div role="status">{said}</div>
        {jobId !== undefined && (
          <JobPanel
            jobId={jobId}
            onClose={() => {
              setJobId(undefined);
              void renew();
            }}
            done={({ kind, result }) =>
              (kind === 'backup.target.move' ? movedSentences(result) : syncSentences(result)).join(' ')
            }
          />
        )}
        <table className={styles.table} aria-label={t('targets.label')}>
          <thead>
            <tr>
              <th>{t('targets.columns.name')}</th>
              <th>{t('targets.columns.state')}</th>
              <th>{t('targets.columns.lag')}</th>
              <th>{t('targets.columns.sync')}</th>
              <th>{t('targets.columns.ways')}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((target) => {
              const {
                id,
                name,
                address,
                state,
                sameDisk,
                lag,
                lastSync,
                errorCode,
                kept,
                formerRecoveryKey,
                covers,
                standsIn,
              } = target;
              return (
                <tr key={id ?? 'first'}>
                  <td>
                    <strong>{id === null ? t('targets.first') : name}</strong>
                    <br />
                    <code>{address}</code>
                    {id !== null && (
                      <div>
                        <Caption1>{coverWords(covers, tenants)}</Caption1>
                      </div>
                    )}
                  </td>
                  <td>
                    <StateBadge
                      tone={tones[state]}
                      text={
                        state === 'refused' && errorCode !== null
                          ? t('targets.refused', { code: errorCode })
                          : t(`targets.state.${state}`)
                      }
                    />{' '}
                    {sameDisk && <StateBadge tone="warning" text={t('targets.sameDisk')} />}
                    {formerRecoveryKey && <StateBadge tone="warning" text={t('targets.formerKey')} />}
                    {kept !== null && <Kept kept={kept} />}
                    {standsIn !== null && <StandsIn standsIn={standsIn} />}
                  </td>
                  <td>{id !== null && <Behind lag={lag} />}</td>
                  <td>
                    {id !== null && (
                      <>
                        <Time value={lastSync?.time ?? null} as="ago" missing={t('targets.never')} />{' '}
                        {lastSync !== null && lastSync.errorCode !== null && (
                          <StateBadge tone="bad" text={lastSync.errorCode} />
                        )}
                      </>
                    )}
                  </td>
                  <td>
                    {id === null && mayChange && (
                      <Button size="small" onClick={() => setMoving(true)}>
                        {t('targets.move')}
                      </Button>
                    )}
                    {id !== null && (
                      <div className={styles.ways}>
                        {mayWrite && (
                          <>
                            <Button size="small" onClick={() => void sync(id)}>
                              {t('targets.sync')}
                            </Button>
                            <Button size="small" onClick={() => void test(id, name)}>
                              {t('targets.test')}
                            </Button>
                          </>
                        )}
                        {mayChange && (
                          <>
                            <Button size="small" onClick={() => setChanging({ ...target, id })}>
                              {t('targets.change')}
                            </Button>
                            <Button size="small" onClick={() => setRemoving({ ...target, id })}>
                              {t('targets.remove')}
                            </Button>
                          </>
                        )}
                      </div>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Panel>
      <TargetForecasts />
      {items.map((target) => target.id !== null && <Lag key={target.id} target={target} />)}
      {items.map((target) => target.left.length > 0 && <LeftCopies key={target.id} target={target} />)}
      {adding && <AddTarget onAdded={renew} onClose={() => setAdding(false)} />}
      {moving && (
        <MoveTarget
          isInDataFolder={items[0]?.kind === 'data-folder'}
          onStarted={setJobId}
          onClose={() => setMoving(false)}
        />
      )}
      {changing && (
        <ChangeTarget target={changing} onChanged={renew} onClose={() => setChanging(undefined)} />
      )}
      {removing && (
        <RemoveTarget target={removing} onRemoved={renew} onClose={() => setRemoving(undefined)} />
      )}
    </>
  );
}

const tones = { ready: 'good', away: 'warning', refused: 'bad' } as const satisfies Record<
  BackupTarget['state'],
  Tone
>;

/** What was removed and is still readable there. */
function Kept({ kept: { files, until } }: { readonly kept: NonNullable<BackupTarget['kept']> }) {
  return (
    <div>
      <Caption1>
        {until === null ? (
          t('targets.kept.unknown', { count: files })
        ) : (
          <>
            {t('targets.kept.until', { count: files })} <Time value={until} />
          </>
        )}
      </Caption1>
    </div>
  );
}

/** Backups that were written there while the first target was away. */
function StandsIn({
  standsIn: { since, snapshots },
}: {
  readonly standsIn: NonNullable<BackupTarget['standsIn']>;
}) {
  return (
    <div>
      <StateBadge tone="warning" text={t('targets.standsIn.badge')} />{' '}
      <Caption1>
        {snapshots === 0 ? t('targets.standsIn.begun') : t('targets.standsIn.text', { count: snapshots })}{' '}
        <Time value={since} as="ago" />
      </Caption1>
    </div>
  );
}

function Behind({ lag }: Pick<BackupTarget, 'lag'>) {
  const count = lag.filter(({ newest, newestCopied }) => newest !== newestCopied).length;
  return count === 0 ? (
    <StateBadge tone="good" text={t('targets.upToDate')} />
  ) : (
    <StateBadge tone="warning" text={t('targets.behind', { count })} />
  );
}
