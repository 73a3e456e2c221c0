import { Caption1 } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import type { Owner } from '../owner.ts';

/** Which further targets have copies of an owner's backups. */
export function CopiesGoTo({ owner }: { readonly owner: Owner }) {
  const { query } = useApi();
  const { data } = useQuery(query.backups.listTargets.queryOptions({ input: {} }));
  if (data === undefined) return null;
  const tenantId = 'tenant' in owner ? owner.tenant : null;
  const names = data.items
    .filter(({ lag }) => lag.some((each) => each.tenantId === tenantId))
    .map(({ name }) => name);
  return (
    <Caption1>
      {names.length === 0 ? t('targets.goNowhere') : t('targets.goTo', { names: names.join(', ') })}
    </Caption1>
  );
}
