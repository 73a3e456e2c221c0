import { Field, Select } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';

interface CopyChoiceProps {
  /** Id of a further target; undefined: the first. */
  readonly value: string | undefined;
  readonly onChange: (target: string | undefined) => void;
}

/** From which target is read; nothing where there is one only. */
export function CopyChoice({ value, onChange }: CopyChoiceProps) {
  const { query } = useApi();
  const targets = useQuery(query.backups.listTargets.queryOptions({ input: {} }));
  const further = targets.data?.items.filter(({ id }) => id !== null) ?? [];
  if (further.length === 0) return null;
  return (
    <Field label={t('restore.when.readFrom')} hint={t('restore.when.readFromHint')}>
      <Select value={value ?? ''} onChange={(_, chosen) => onChange(chosen.value || undefined)}>
        <option value="">{t('restore.when.first')}</option>
        {further.map(({ id, name, state }) => (
          <option key={id} value={id ?? ''}>
            {state === 'ready' ? name : t('restore.when.away', { name })}
          </option>
        ))}
      </Select>
    </Field>
  );
}

/** The name of a further target; undefined for the first, or before it is known. */
export function useCopyName(id: string | undefined): string | undefined {
  const { query } = useApi();
  const targets = useQuery(query.backups.listTargets.queryOptions({ input: {}, enabled: id !== undefined }));
  return targets.data?.items.find((target) => target.id === id && id !== undefined)?.name;
}
