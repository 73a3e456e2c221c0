import { Spinner } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { FilterBar } from '../../../ui/data-list/filter-bar.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { installationChoice } from '../../../ui/tenant-choice.tsx';
import { useSearch } from '../../../ui/use-search.ts';
import { OwnerFilter } from '../owner-filter.tsx';
import { FolderFilter } from './folder-filter.tsx';
import { Holds } from './holds.tsx';
import { Marks } from './marks.tsx';
import { Policy } from './policy.tsx';
import { chosenSubject, type Subject } from './subject.ts';

/** Which snapshots of an owner stay and why; what is held, what waits for its removal. */
export function Retention() {
  const [get] = useSearch();
  const tenant = get('tenant');
  const folder = get('folder');
  const owner = chosenSubject(tenant, folder);
  return (
    <>
      <FilterBar>
        <OwnerFilter installation />
        {tenant !== undefined && tenant !== installationChoice && <FolderFilter tenant={tenant} />}
      </FilterBar>
      {owner === undefined ? (
        <EmptyState title={t('retention.chooseTitle')} text={t('retention.chooseText')} />
      ) : (
        <OfOwner key={folder ?? tenant} owner={owner} />
      )}
    </>
  );
}

function OfOwner({ owner }: { readonly owner: Subject }) {
  const { query } = useApi();
  const found = useQuery(query.backups.getRetention.queryOptions({ input: owner }));
  if (found.error) return <ErrorNote error={found.error} onRetry={() => void found.refetch()} />;
  if (found.data === undefined) return <Spinner label={t('common.loading')} />;
  return (
    <>
      <Policy owner={owner} retention={found.data} />
      <Marks owner={owner} />
      <Holds owner={owner} />
    </>
  );
}
