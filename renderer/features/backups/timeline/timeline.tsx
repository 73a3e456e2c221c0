import { Body1, Button, makeStyles, tokens } from '@fluentui/react-components';
import { useState } from 'react';
import { useAllowed } from '../../../app/session.tsx';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { CommandLine } from '../../../ui/command-line.tsx';
import { FilterBar } from '../../../ui/data-list/filter-bar.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { JobPanel } from '../../../ui/job-panel.tsx';
import { list, number } from '../../../ui/json-member.ts';
import { LinkButton } from '../../../ui/link-button.tsx';
import { TimeField } from '../../../ui/time-field.tsx';
import { useSearch } from '../../../ui/use-search.ts';
import { OwnerTrend } from '../forecast/owner-trend.tsx';
import { chosenOwner, type Owner, ownerOption } from '../owner.ts';
import { OwnerFilter } from '../owner-filter.tsx';
import { TimelineView } from './timeline-view.tsx';

const useStyles = makeStyles({
  text: { color: tokens.colorNeutralForeground3, flexShrink: 0 },
  row: { display: 'flex', flexWrap: 'wrap', gap: '8px', alignItems: 'center' },
});

/** What of one owner can be had back, and what a moment of it would change. */
export function Timeline() {
  const styles = useStyles();
  const [get] = useSearch();
  const tenant = get('tenant');
  const owner = chosenOwner(tenant);
  return (
    <>
      <Body1 className={styles.text}>{t('timeline.text')}</Body1>
      <FilterBar>
        <OwnerFilter installation />
      </FilterBar>
      {owner === undefined ? (
        <EmptyState title={t('timeline.chooseTitle')} text={t('timeline.chooseText')} />
      ) : (
        <OfOwner key={tenant} owner={owner} />
      )}
    </>
  );
}

function OfOwner({ owner }: { readonly owner: Owner }) {
  const styles = useStyles();
  const [get, set] = useSearch();
  const mayRestore = useAllowed('backups:restore');
  const given = get('at');
  const at =
    given === undefined || Number.isNaN(Date.parse(given)) ? undefined : new Date(given).toISOString();
  const choose = (moment: string | undefined) => set({ at: moment });
  const own = 'installation' in owner;
  return (
    <>
      <TimelineView
        owner={owner}
        at={at}
        onChoose={choose}
        next={(nearest) => (
          <div className={styles.row}>
            <TimeField label={t('timeline.moment')} value={at} onChange={choose} />
            {mayRestore && !own && at !== undefined && nearest?.before && (
              <LinkButton href={`/backups/restore?tenant=${owner.tenant}&at=${at}&step=when`}>
                {t('timeline.restore')}
              </LinkButton>
            )}
          </div>
        )}
      />
      {mayRestore && !own && at !== undefined && <Preview key={at} tenant={owner.tenant} at={at} />}
      <CommandLine
        command={`holdfast backup timeline ${ownerOption(owner)}${at === undefined ? '' : ` --at ${at}`}`}
      />
      <OwnerTrend owner={owner} />
    </>
  );
}

/** What would change if the tenant became what it was at a moment. Changes nothing. */
function Preview({ tenant, at }: { readonly tenant: string; readonly at: string }) {
  const styles = useStyles();
  const { client } = useApi();
  const [jobId, setJobId] = useState<string>();
  const [error, setError] = useState<unknown>();
  async function look() {
    setError(undefined);
    try {
      const started = await client.backups.planRestore({ tenant, at, destination: { kind: 'in-place' } });
      setJobId(started.jobId);
    } catch (failed) {
      setError(failed);
    }
  }
  return (
    <>
      {jobId === undefined && (
        <div className={styles.row}>
          <Button onClick={() => void look()}>{t('timeline.preview')}</Button>
        </div>
      )}
      <ErrorNote error={error} />
      {jobId !== undefined && (
        <JobPanel
          jobId={jobId}
          onClose={() => setJobId(undefined)}
          done={({ result }) => {
            const changes = list(result, 'changes');
            const sum = (name: string) => changes.reduce<number>((all, each) => all + number(each, name), 0);
            return t('timeline.changes', {
              added: sum('added'),
              changed: sum('changed'),
              lost: sum('lost'),
            });
          }}
        />
      )}
    </>
  );
}
