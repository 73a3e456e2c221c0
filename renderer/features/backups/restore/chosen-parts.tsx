import { Checkbox, Field, makeStyles, Textarea } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { problem } from '../../../ui/problem.ts';
import { linesOf, noPart } from './destination.ts';
import type { RestoreDraft } from './restore-draft.ts';

const useStyles = makeStyles({ group: { border: 'none', margin: 0, padding: 0 } });

interface ChosenPartsProps {
  readonly draft: RestoreDraft;
  readonly onChange: (changed: Partial<RestoreDraft>) => void;
  readonly tried: boolean;
}

/** Whole collections to tick, and a line for each document and file. */
export function ChosenParts({ draft, onChange, tried }: ChosenPartsProps) {
  const styles = useStyles();
  const { query } = useApi();
  const { source, parts } = draft;
  const found = useQuery(
    query.tenants.listCollections.queryOptions({
      input: { tenant: source ?? '' },
      enabled: source !== undefined,
    }),
  );
  const lines = linesOf(parts);
  const wrong = noPart(parts);
  const trouble =
    wrong === undefined
      ? lines.length === 0 && t('restore.where.missingParts')
      : t('restore.where.noPart', { part: wrong });
  const toggle = (collection: string, wanted: boolean) => {
    const others = lines.filter((line) => line !== collection);
    onChange({ parts: (wanted ? [...others, collection] : others).join('\n') });
  };
  return (
    <>
      {found.data !== undefined && found.data.items.length > 0 && (
        <fieldset className={styles.group}>
          <legend>{t('restore.where.collections')}</legend>
          {found.data.items.map(({ collection }) => (
            <Checkbox
              key={collection}
              label={collection === '$files' ? t('restore.where.allFiles') : collection}
              checked={lines.includes(collection)}
              onChange={(_, { checked }) => toggle(collection, checked === true)}
            />
          ))}
        </fieldset>
      )}
      <Field
        label={t('restore.where.partLines')}
        hint={t('restore.where.partHint')}
        required
        {...problem(tried && trouble !== false ? trouble : undefined)}
      >
        <Textarea
          value={parts}
          onChange={(_, { value }) => onChange({ parts: value })}
          rows={4}
          resize="vertical"
          spellCheck={false}
        />
      </Field>
    </>
  );
}
