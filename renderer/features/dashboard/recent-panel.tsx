import { Body1, makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import type { AuditEntry } from '../../../shared/contract/audit.ts';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { actionText } from '../../ui/action-text.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { OutcomeBadge } from '../../ui/severity-badge.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { Time } from '../../ui/time.tsx';

const useStyles = makeStyles({
  table: {
    width: '100%',
    borderCollapse: 'collapse',
    tableLayout: 'fixed',
    fontSize: tokens.fontSizeBase200,
  },
  head: { color: tokens.colorNeutralForeground3 },
  cell: {
    textAlign: 'start',
    fontWeight: 'inherit',
    padding: '4px 8px 4px 0',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  time: { width: '106px' },
  who: { width: '30%' },
});

/** Enough to find some changes among the checkpoints of many logs. */
const asked = 200;
const shown = 8;
/** Asking is itself an entry, so it is not asked again at every glance. */
const staleMs = 60_000;

/** The last changes that the audit log knows of; looking at it is left out. */
export function RecentPanel() {
  const styles = useStyles();
  const { query } = useApi();
  const { data, error, refetch } = useQuery(
    query.audit.getAuditTrail.queryOptions({ input: { limit: asked }, staleTime: staleMs }),
  );
  const entries = data?.items.filter(isChange).slice(0, shown) ?? [];
  return (
    <Panel
      title={t('dashboard.recent.title')}
      actions={
        <LinkButton size="small" appearance="subtle" href="/audit">
          {t('dashboard.recent.open')}
        </LinkButton>
      }
    >
      <ErrorNote error={error} onRetry={() => void refetch()} />
      {data && entries.length === 0 && <Body1>{t('dashboard.recent.none')}</Body1>}
      {entries.length > 0 && (
        <table className={styles.table}>
          <thead className={styles.head}>
            <tr>
              <th className={mergeClasses(styles.cell, styles.time)}>{t('dashboard.recent.columns.time')}</th>
              <th className={styles.cell}>{t('dashboard.recent.columns.action')}</th>
              <th className={mergeClasses(styles.cell, styles.who)}>{t('dashboard.recent.columns.who')}</th>
            </tr>
          </thead>
          <tbody>
            {entries.map((entry) => (
              <tr key={`${entry.logId} ${entry.index}`}>
                <td className={styles.cell}>
                  <Time value={entry.time} as="ago" />
                </td>
                <td className={styles.cell} title={entry.action}>
                  <Action entry={entry} />
                  {entry.outcome !== 'success' && (
                    <>
                      {' '}
                      <OutcomeBadge outcome={entry.outcome} />
                    </>
                  )}
                </td>
                <td className={styles.cell}>{actorText(entry)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

const screens: Readonly<Record<string, string>> = { tenant: '/tenants/', job: '/jobs/' };

/** What was done, as a link to what it was done to where that has a screen. */
function Action({ entry: { action, resource } }: { readonly entry: AuditEntry }) {
  const screen = resource === null ? undefined : screens[resource.kind];
  if (resource === null || screen === undefined) return <>{actionText(action)}</>;
  return <TextLink href={`${screen}${resource.id}`}>{actionText(action)}</TextLink>;
}

/** Of the log itself, or of looking at it. */
const ofTheLog: ReadonlySet<string> = new Set([
  'audit.read',
  'log.checkpoint',
  'log.heartbeat',
  'log.suspend',
  'log.resume',
]);

/** An intent is followed by its outcome, which says the same and how it went. */
function isChange({ action, phase }: AuditEntry): boolean {
  return phase === 'outcome' && !ofTheLog.has(action);
}

function actorText({ actor }: AuditEntry): string {
  if (actor.kind === 'system') return t('dashboard.recent.system');
  return actor.name ?? actor.pseudonym ?? t('dashboard.recent.erased');
}
