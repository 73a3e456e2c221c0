import { Select } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { useSearch } from '../../../ui/use-search.ts';

const foldersShown = 200;

/** Narrows a tenant's retention to one of its protected folders; not there where it has none. */
export function FolderFilter({ tenant }: { readonly tenant: string }) {
  const { query } = useApi();
  const [get, set] = useSearch();
  const found = useQuery(
    query.backups.listProtectedFolders.queryOptions({ input: { tenant, limit: foldersShown } }),
  );
  const folders = found.data?.items ?? [];
  const chosen = get('folder');
  if (folders.length === 0 && chosen === undefined) return null;
  // one that is not protected any more, but has backups
  const others = chosen === undefined || folders.some(({ id }) => id === chosen) ? [] : [chosen];
  return (
    <Select
      aria-label={t('retention.folder')}
      value={chosen ?? ''}
      onChange={(_, { value }) => set({ folder: value === '' ? undefined : value })}
    >
      <option value="">{t('retention.ownData')}</option>
      {folders.map(({ id, path }) => (
        <option key={id} value={id}>
          {path}
        </option>
      ))}
      {others.map((id) => (
        <option key={id} value={id}>
          {id}
        </option>
      ))}
    </Select>
  );
}
