import { Combobox, makeStyles, Option } from '@fluentui/react-components';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { t } from '../i18n/translate.ts';
import { useApi } from '../rpc/api.tsx';
import { useTenant } from './use-names.ts';
import { useSettled } from './use-settled.ts';

/** What stands for the installation where a tenant could be chosen. */
export const installationChoice = 'installation';

const shown = 50;

const useStyles = makeStyles({
  root: { minWidth: '220px' },
  list: { maxHeight: '320px' },
});

interface TenantChoiceProps {
  readonly label: string;
  /** A tenant's id, `installation`, or nothing. */
  readonly value: string | undefined;
  /** Offers the installation beside the tenants. */
  readonly installation?: boolean;
  /** What is shown while nothing is chosen. */
  readonly placeholder: string;
  readonly onChange: (value: string | undefined) => void;
}

/** One tenant of any number: searched by name or short name as one types. */
export function TenantChoice({ label, value, installation, placeholder, onChange }: TenantChoiceProps) {
  const styles = useStyles();
  const { query } = useApi();
  const [typed, setTyped] = useState<string>();
  // text that was pasted opens the list as well as keys do
  const [open, setOpen] = useState(false);
  const search = useSettled(typed?.trim() ?? '');
  const name = useTenant(value === installationChoice ? undefined : value)?.name;
  const chosen = value === installationChoice ? t('common.installation') : (name ?? '');
  const found = useQuery(
    query.tenants.listTenants.queryOptions({
      input: { limit: shown, ...(search === '' ? {} : { search }) },
      placeholderData: keepPreviousData,
    }),
  );
  const tenants = found.data?.items ?? [];
  const offersOwn = installation && (typed ?? '').trim() === '';
  return (
    <Combobox
      className={styles.root}
      aria-label={label}
      placeholder={placeholder}
      clearable
      value={typed ?? chosen}
      selectedOptions={value === undefined ? [] : [value]}
      listbox={{ className: styles.list }}
      open={open}
      onChange={(event) => {
        setTyped(event.target.value);
        setOpen(true);
      }}
      onOpenChange={(_, changed) => {
        setOpen(changed.open);
        if (!changed.open) setTyped(undefined);
      }}
      onOptionSelect={(_, { optionValue }) => {
        setTyped(undefined);
        onChange(optionValue);
      }}
    >
      {offersOwn && <Option value={installationChoice}>{t('common.installation')}</Option>}
      {tenants.map((tenant) => (
        <Option key={tenant.id} value={tenant.id} text={tenant.name}>
          {`${tenant.name} (${tenant.slug})`}
        </Option>
      ))}
      {tenants.length === 0 && (
        <Option key="none" value="" text="" disabled>
          {t('common.noTenant')}
        </Option>
      )}
      {typeof found.data?.next === 'string' && (
        <Option key="more" value="" text="" disabled>
          {t('common.moreTenants')}
        </Option>
      )}
    </Combobox>
  );
}
