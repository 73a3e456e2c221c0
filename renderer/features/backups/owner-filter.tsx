import { Button } from '@fluentui/react-components';
import { t } from '../../i18n/translate.ts';
import { TenantChoice } from '../../ui/tenant-choice.tsx';
import { useSearch } from '../../ui/use-search.ts';

/** Narrows a list to one tenant, or to the installation. */
export function OwnerFilter({ installation }: { readonly installation: boolean }) {
  const [get, set] = useSearch();
  return (
    <TenantChoice
      label={t('backups.of')}
      placeholder={t('backups.everybody')}
      value={get('tenant')}
      installation={installation}
      onChange={(tenant) => set({ tenant, folder: undefined, snapshot: undefined })}
    />
  );
}

/** For a list that the filter has emptied. */
export function ClearOwner() {
  const [, set] = useSearch();
  return <Button onClick={() => set({ tenant: undefined })}>{t('common.clear')}</Button>;
}
