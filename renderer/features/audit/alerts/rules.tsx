import { Body1, Button, Caption1, makeStyles, Spinner, tokens } from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { AlertMute, AlertRuleState } from '../../../../shared/contract/audit/alerts.ts';
import { useAllowed } from '../../../app/session.tsx';
import { formatCount } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { thresholdText } from '../../../ui/alert-words.ts';
import { CommandLine } from '../../../ui/command-line.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { ownerName } from '../../../ui/owner-name.ts';
import { SeverityBadge } from '../../../ui/severity-badge.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { TextLink } from '../../../ui/text-link.tsx';
import { Time } from '../../../ui/time.tsx';
import { useTenants } from '../../../ui/use-names.ts';
import { MuteRule, UnmuteRule } from './mute-dialogs.tsx';
import { Notified } from './notified.tsx';

const useStyles = makeStyles({
  around: { overflowX: 'auto', flexShrink: 0 },
  table: { width: '100%', minWidth: '760px', borderCollapse: 'collapse' },
  head: {
    color: tokens.colorNeutralForeground3,
    fontSize: tokens.fontSizeBase200,
    fontWeight: 'inherit',
    textAlign: 'start',
    padding: '0 12px 6px 0',
  },
  cell: {
    verticalAlign: 'top',
    padding: '8px 12px 8px 0',
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  what: { display: 'flex', flexDirection: 'column', gap: '2px', maxWidth: '560px' },
  quiet: { color: tokens.colorNeutralForeground3 },
  state: { display: 'flex', flexDirection: 'column', alignItems: 'flex-start', gap: '6px' },
});

type Asking = { readonly mute: AlertRuleState } | { readonly unmute: AlertMute };

const columns = ['severity', 'rule', 'when', 'raised', 'state'] as const;

/** Every rule, how often it was met, and where it is muted. */
export function Rules() {
  const styles = useStyles();
  const { query } = useApi();
  const queries = useQueryClient();
  const mayMute = useAllowed('operators:write');
  const tenants = useTenants();
  const [asking, setAsking] = useState<Asking>();
  const found = useQuery(query.audit.listAlertRules.queryOptions({ input: {} }));
  if (found.data === undefined) {
    return found.error ? (
      <ErrorNote error={found.error} onRetry={() => void found.refetch()} />
    ) : (
      <Spinner label={t('common.loading')} />
    );
  }
  const close = () => setAsking(undefined);
  const renew = () => queries.invalidateQueries({ queryKey: query.audit.key() });
  return (
    <>
      <Body1>{t('alerts.perDay', { count: found.data.perDay })}</Body1>
      <Notified />
      <div className={styles.around}>
        <table className={styles.table} aria-label={t('alerts.rulesLabel')}>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} className={styles.head} scope="col">
                  {t(`alerts.columns.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {found.data.rules.map((rule) => (
              <tr key={rule.id}>
                <td className={styles.cell}>
                  <SeverityBadge severity={rule.severity} />
                </td>
                <td className={styles.cell}>
                  <div className={styles.what}>
                    <span>{t(`alerts.rules.${rule.id}.title`)}</span>
                    <Caption1 className={styles.quiet}>{t(`alerts.rules.${rule.id}.meaning`)}</Caption1>
                  </div>
                </td>
                <td className={styles.cell}>{thresholdText(rule.threshold, rule.bits)}</td>
                <td className={styles.cell}>
                  {rule.raised === 0 ? (
                    formatCount(0)
                  ) : (
                    <TextLink href={`/audit/alerts?rule=${rule.id}`}>{formatCount(rule.raised)}</TextLink>
                  )}
                </td>
                <td className={styles.cell}>
                  <div className={styles.state}>
                    {rule.mutes.length === 0 && <StateBadge tone="good" text={t('alerts.state.on')} />}
                    {rule.mutes.map((mute) => (
                      <div key={mute.tenantId ?? ''} className={styles.state}>
                        <StateBadge
                          tone="warning"
                          text={
                            mute.tenantId === null
                              ? t('alerts.state.mutedAll')
                              : t('alerts.state.muted', { tenant: ownerName(mute.tenantId, tenants) })
                          }
                        />
                        <Caption1 title={mute.reason}>
                          {t('alerts.mutes.until')} <Time value={mute.until} />
                        </Caption1>
                        {mayMute && (
                          <Button size="small" onClick={() => setAsking({ unmute: mute })}>
                            {t('alerts.unmute')}
                          </Button>
                        )}
                      </div>
                    ))}
                    {mayMute && (
                      <Button size="small" onClick={() => setAsking({ mute: rule })}>
                        {t('alerts.mute')}
                      </Button>
                    )}
                  </div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <CommandLine command="holdfast audit alerts rules" />
      {asking && 'mute' in asking && <MuteRule rule={asking.mute} onClose={close} onDone={renew} />}
      {asking && 'unmute' in asking && <UnmuteRule mute={asking.unmute} onClose={close} onDone={renew} />}
    </>
  );
}
