import { Caption1 } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { TextLink } from '../../ui/text-link.tsx';

/** Where entries are that are older than the first of the list; nothing where none was pruned. */
export function Archived({ tenant }: { readonly tenant: string | undefined }) {
  const { query } = useApi();
  const found = useQuery(
    query.audit.getAuditRetention.queryOptions({ input: { tenant }, staleTime: 60_000, retry: false }),
  );
  const newest = new Map((found.data?.prunings ?? []).toReversed().map((each) => [each.logId, each]));
  const [only] = newest.values();
  if (only === undefined) return null;
  return (
    <Caption1>
      {newest.size === 1
        ? t('audit.archived.older', { to: formatCount(only.to), file: only.file })
        : t('audit.archived.several', { count: newest.size })}{' '}
      <TextLink href="/audit/retention">{t('audit.archived.see')}</TextLink>
    </Caption1>
  );
}
