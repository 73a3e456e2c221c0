import {
  Button,
  Field,
  Input,
  Menu,
  MenuButton,
  MenuDivider,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
} from '@fluentui/react-components';
import { FilterRegular } from '@fluentui/react-icons';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { SavedFilter } from '../../../shared/contract/audit/saved-filters.ts';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { CommandLine, shellWord } from '../../ui/command-line.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { useFilterText } from './filter-text.ts';
import { type AuditFilter, isNarrowed } from './filters.ts';

interface SavedFiltersProps {
  readonly filter: AuditFilter;
  readonly onChoose: (filter: SavedFilter['filter']) => void;
}

/** The operator's own filters, by name. */
export function SavedFilters({ filter, onChoose }: SavedFiltersProps) {
  const { client, query } = useApi();
  const queries = useQueryClient();
  const [asking, setAsking] = useState<'save' | 'delete'>();
  const saved = useQuery(query.audit.listAuditFilters.queryOptions({ input: {} }));
  const items = saved.data?.items ?? [];
  const changed = () => queries.invalidateQueries({ queryKey: query.audit.listAuditFilters.key() });
  return (
    <>
      <Menu>
        <MenuTrigger disableButtonEnhancement>
          <MenuButton icon={<FilterRegular />}>{t('audit.filters.title')}</MenuButton>
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            {items.map((each) => (
              <MenuItem key={each.id} onClick={() => onChoose(each.filter)}>
                {each.name}
              </MenuItem>
            ))}
            {items.length > 0 && <MenuDivider />}
            <MenuItem disabled={!isNarrowed(filter)} onClick={() => setAsking('save')}>
              {t('audit.filters.save')}
            </MenuItem>
            <MenuItem disabled={items.length === 0} onClick={() => setAsking('delete')}>
              {t('audit.filters.delete')}
            </MenuItem>
          </MenuList>
        </MenuPopover>
      </Menu>
      <ErrorNote error={saved.error} />
      {asking === 'save' && (
        <SaveFilter
          filter={filter}
          known={items}
          onClose={() => setAsking(undefined)}
          onSave={async (name) => {
            await client.audit.saveAuditFilter({ name, filter: told(filter) });
            await changed();
          }}
        />
      )}
      {asking === 'delete' && (
        <DeleteFilters
          items={items}
          onClose={() => setAsking(undefined)}
          onDelete={async (id) => {
            await client.audit.deleteAuditFilter({ filter: id });
            await changed();
          }}
        />
      )}
    </>
  );
}

/** Without members that say nothing. */
function told(filter: AuditFilter): SavedFilter['filter'] {
  return JSON.parse(JSON.stringify(filter));
}

interface SaveFilterProps {
  readonly filter: AuditFilter;
  readonly known: readonly SavedFilter[];
  readonly onSave: (name: string) => Promise<void>;
  readonly onClose: () => void;
}

function SaveFilter({ filter, known, onSave, onClose }: SaveFilterProps) {
  const [name, setName] = useState('');
  const filterText = useFilterText();
  const trimmed = name.trim();
  return (
    <FormDialog
      title={t('audit.filters.saveTitle')}
      submit={t('audit.filters.submit')}
      disabled={trimmed === ''}
      onClose={onClose}
      onSubmit={async () => {
        await onSave(trimmed);
        onClose();
      }}
    >
      <div>{filterText(filter)}</div>
      <Field
        label={t('audit.filters.name')}
        hint={
          known.some((each) => each.name === trimmed) ? t('audit.filters.replaces') : t('audit.filters.own')
        }
        required
      >
        <Input value={name} maxLength={120} onChange={(_, { value }) => setName(value)} />
      </Field>
      {trimmed !== '' && <CommandLine command={`holdfast audit list --filter ${shellWord(trimmed)}`} />}
    </FormDialog>
  );
}

interface DeleteFiltersProps {
  readonly items: readonly SavedFilter[];
  readonly onDelete: (id: string) => Promise<void>;
  readonly onClose: () => void;
}

/** One by one: each is gone at once, and easily saved again. */
function DeleteFilters({ items, onDelete, onClose }: DeleteFiltersProps) {
  const [error, setError] = useState<unknown>();
  return (
    <FormDialog
      title={t('audit.filters.deleteTitle')}
      submit={t('common.close')}
      onClose={onClose}
      onSubmit={async () => onClose()}
    >
      {items.map(({ id, name }) => (
        <div key={id} style={{ display: 'flex', alignItems: 'center', gap: 8 }}>
          <span style={{ flexGrow: 1, overflowWrap: 'anywhere' }}>{name}</span>
          <Button
            size="small"
            aria-label={t('audit.filters.deleteOne', { name })}
            onClick={() => {
              setError(undefined);
              onDelete(id).catch(setError);
            }}
          >
            {t('audit.filters.deleteShort')}
          </Button>
        </div>
      ))}
      {items.length === 0 && <div>{t('audit.filters.none')}</div>}
      <ErrorNote error={error} />
    </FormDialog>
  );
}
