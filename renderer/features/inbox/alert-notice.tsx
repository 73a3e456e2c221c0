import { Body1, Button, makeStyles, Spinner } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import type { Notice } from '../../../shared/contract/suite.ts';
import { useAllowed } from '../../app/session.tsx';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { AlertDetails } from '../../ui/alert-details.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { LinkButton } from '../../ui/link-button.tsx';

const useStyles = makeStyles({ buttons: { display: 'flex', flexWrap: 'wrap', gap: '8px' } });

/** A look leaves an entry in the log; so long it is one look. */
const lookedAtMs = 60_000;

interface AlertNoticeProps {
  readonly notice: Notice;
  readonly alertId: string;
  readonly onAcknowledge: () => void;
}

/** What a rule on the log found, as far as one's role may read the log. */
export function AlertNotice({ notice, alertId, onAcknowledge }: AlertNoticeProps) {
  const styles = useStyles();
  const { query } = useApi();
  const mayAcknowledge = useAllowed('jobs:write');
  const found = useQuery(query.audit.getAlert.queryOptions({ input: { alertId }, staleTime: lookedAtMs }));
  const actions = (
    <div className={styles.buttons}>
      <LinkButton size="small" href={`/audit/alerts?alert=${alertId}`}>
        {t('alerts.details.open')}
      </LinkButton>
      {notice.acknowledgedAt === null && mayAcknowledge && (
        <Button size="small" appearance="primary" onClick={onAcknowledge}>
          {t('inbox.acknowledge')}
        </Button>
      )}
    </div>
  );
  if (found.data) return <AlertDetails alert={found.data} actions={actions} />;
  return (
    <>
      {notice.alertRule && <Body1>{t(`alerts.rules.${notice.alertRule}.meaning`)}</Body1>}
      {actions}
      {found.error ? (
        <ErrorNote error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        <Spinner label={t('common.loading')} />
      )}
    </>
  );
}
