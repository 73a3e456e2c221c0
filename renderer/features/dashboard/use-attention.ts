import { useQuery } from '@tanstack/react-query';
import type { Status } from '../../../shared/contract/suite.ts';
import { useAllowed } from '../../app/session.tsx';
import { useApi } from '../../rpc/api.tsx';
import { ownerName } from '../../ui/owner-name.ts';
import { logStateOf } from '../../ui/protection/log-state.ts';
import { useProtection } from '../../ui/protection/use-protection.ts';
import { useVerdict } from '../../ui/protection/use-verdict.ts';
import { useNow } from '../../ui/time.tsx';
import { useTenants } from '../../ui/use-names.ts';
import { type AttentionItem, attentionItems } from './attention-items.ts';
import { useSchedules } from './use-schedules.ts';

const shownNotices = 3;
const shownBreaches = 5;
const everyMs = 30_000;

/** What needs attention now; undefined until all is asked. What cannot be asked is left out: the managers' states say why. */
export function useAttention(status: Status): readonly AttentionItem[] | undefined {
  const { query } = useApi();
  const { reasons } = useProtection(status);
  const verdict = useVerdict();
  const tenants = useTenants();
  const { schedules } = useSchedules();
  const owns = useAllowed('operators:write');
  const installation = useQuery(query.suite.getInstallation.queryOptions({ input: {} }));
  const notices = useQuery(
    query.suite.listNotices.queryOptions({
      input: { state: 'open', limit: shownNotices },
      refetchInterval: everyMs,
    }),
  );
  const breaches = useQuery(
    query.audit.listBreaches.queryOptions({
      input: { state: 'open', limit: shownBreaches },
      refetchInterval: everyMs,
    }),
  );
  const now = useNow();
  if (installation.isPending || notices.isPending || breaches.isPending) return undefined;
  const overdue = schedules
    .filter((schedule) => schedule.overdue)
    .map(({ tenantId }) => ownerName(tenantId, tenants));
  return attentionItems({
    status,
    reasons,
    log: logStateOf(status, verdict.data ?? null),
    overdue,
    notices: notices.data?.items ?? [],
    breaches: (breaches.data?.items ?? []).map(({ id, title, dueAt }) => ({
      id,
      title,
      leftMs: Date.parse(dueAt) - now,
    })),
    openNotices: notices.data?.open ?? 0,
    recoveryKeyConfirmed: !owns || (installation.data?.recoveryKeyConfirmed ?? true),
  });
}
