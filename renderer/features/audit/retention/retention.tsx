import { Spinner } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { Page } from '../../../ui/page.tsx';
import { TextLink } from '../../../ui/text-link.tsx';
import { Changed } from './changed.tsx';
import { History } from './history.tsx';
import { Holds } from './holds.tsx';
import { Kept } from './kept.tsx';
import { Pending } from './pending.tsx';
import { Plan } from './plan.tsx';

/** How long the log is kept, what must not go, what would go now, and what went. */
export function LogRetention() {
  const { query } = useApi();
  const found = useQuery(query.audit.getAuditRetention.queryOptions({ input: {} }));
  return (
    <Page
      title={t('auditRetention.title')}
      above={<TextLink href="/audit">{t('shell.navigation.audit')}</TextLink>}
    >
      <ErrorNote error={found.error} onRetry={() => void found.refetch()} />
      {found.data === undefined ? (
        found.error === null && <Spinner label={t('common.loading')} />
      ) : (
        <>
          {!found.data.intact && <Changed />}
          {found.data.pending.length > 0 && <Pending changes={found.data.pending} />}
          <Kept state={found.data} />
          {found.data.intact && <Plan folder={found.data.folder} />}
          <Holds holds={found.data.holds} />
          <History prunings={found.data.prunings} />
        </>
      )}
    </Page>
  );
}
