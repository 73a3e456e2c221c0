import { makeStyles, mergeClasses, Spinner, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import type { AuditStates } from '../../../shared/contract/audit/states.ts';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { type Change, changesOf } from './changes.ts';

const useStyles = makeStyles({
  table: {
    width: '100%',
    borderCollapse: 'collapse',
    fontSize: tokens.fontSizeBase200,
    tableLayout: 'fixed',
  },
  cell: {
    textAlign: 'start',
    verticalAlign: 'top',
    padding: '4px 8px 4px 0',
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
    overflowWrap: 'anywhere',
  },
  changed: { fontWeight: tokens.fontWeightSemibold },
  title: { margin: 0, fontSize: tokens.fontSizeBase300 },
});

/** What a change changed: each member before and after it. */
export function StatesDiff({ eventId }: { readonly eventId: string }) {
  const styles = useStyles();
  const { query } = useApi();
  const states = useQuery(
    query.audit.getAuditStates.queryOptions({ input: { eventId }, staleTime: Number.POSITIVE_INFINITY }),
  );
  if (states.error) return <ErrorNote error={states.error} onRetry={() => void states.refetch()} />;
  if (states.data === undefined) return <Spinner size="tiny" label={t('common.loading')} />;
  const changes = changesOf(states.data);
  return (
    <section aria-label={t('audit.states.title')}>
      <h3 className={styles.title}>{t('audit.states.title')}</h3>
      {changes.length === 0 ? (
        <p>{t('audit.states.sealed')}</p>
      ) : (
        <table className={styles.table}>
          <thead>
            <tr>
              <th className={styles.cell}>{t('audit.states.member')}</th>
              {sides(states.data).map((side) => (
                <th key={side} className={styles.cell}>
                  {t(`audit.states.${side}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {changes.map((change) => (
              <tr key={change.member}>
                <td className={styles.cell}>{change.member}</td>
                {sides(states.data).map((side) => (
                  <td key={side} className={mergeClasses(styles.cell, change.changed && styles.changed)}>
                    {valueText(change, side)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

type Side = 'before' | 'after';

function sides({ before, after }: AuditStates): readonly Side[] {
  return [...(before === null ? [] : ['before' as const]), ...(after === null ? [] : ['after' as const])];
}

function valueText(change: Change, side: Side): string {
  return change[side] ?? t('common.none');
}
