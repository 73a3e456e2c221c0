import { Button, makeStyles, Subtitle2 } from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { DocumentRevision } from '../../../../shared/contract/tenants.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { Time } from '../../../ui/time.tsx';
import { documentText, TextDifference } from './text-difference.tsx';

const useStyles = makeStyles({
  list: {
    listStyleType: 'none',
    margin: 0,
    padding: 0,
    display: 'flex',
    flexDirection: 'column',
    gap: '4px',
  },
  row: { display: 'flex', gap: '8px', alignItems: 'center', flexWrap: 'wrap' },
});

interface DocumentHistoryProps {
  readonly of: { readonly tenant: string; readonly collection: string; readonly id: string };
  readonly mayWrite: boolean;
}

/** Every kept revision of a document: what changed in each, and the way back to it. */
export function DocumentHistory({ of, mayWrite }: DocumentHistoryProps) {
  const styles = useStyles();
  const { client, query } = useApi();
  const queries = useQueryClient();
  const [compared, setCompared] = useState<number>();
  const [error, setError] = useState<unknown>();
  const history = useQuery(query.tenants.getDocumentHistory.queryOptions({ input: { ...of, limit: 100 } }));
  const revisions = history.data?.items ?? [];
  const newest = revisions.reduce((most, { revision }) => Math.max(most, revision), 0);

  async function bringBack({ value }: DocumentRevision) {
    setError(undefined);
    try {
      await client.tenants.putDocument({ ...of, value, ifRevision: newest });
      await queries.invalidateQueries({ queryKey: query.tenants.key() });
    } catch (refused) {
      setError(refused);
    }
  }

  return (
    <>
      <Subtitle2 as="h3">{t('tenants.data.history')}</Subtitle2>
      <ErrorNote error={error ?? history.error} />
      <ol className={styles.list}>
        {revisions.map((each) => (
          <li key={each.revision}>
            <div className={styles.row}>
              <Button
                size="small"
                appearance="subtle"
                aria-expanded={compared === each.revision}
                onClick={() => setCompared(compared === each.revision ? undefined : each.revision)}
              >
                {t('tenants.data.revision', { revision: each.revision })}
              </Button>
              <span>{t(`tenants.data.state.${each.state}`)}</span>
              <Time value={each.updatedAt} />
              {mayWrite && each.state === 'superseded' && (
                <Button size="small" onClick={() => void bringBack(each)}>
                  {t('tenants.data.bringBack')}
                </Button>
              )}
            </div>
            {compared === each.revision && (
              <Difference
                before={revisions.find(({ revision }) => revision === each.revision - 1)}
                after={each}
              />
            )}
          </li>
        ))}
      </ol>
    </>
  );
}

interface DifferenceProps {
  readonly before: DocumentRevision | undefined;
  readonly after: DocumentRevision;
}

function Difference({ before, after }: DifferenceProps) {
  return (
    <TextDifference
      caption={t('tenants.data.compare', { from: after.revision - 1, to: after.revision })}
      before={documentText(before)}
      after={documentText(after)}
    />
  );
}
