import { Button, makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { AddRegular, ArrowUploadRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Tenant } from '../../../../shared/contract/tenants.ts';
import { useAllowed } from '../../../app/session.tsx';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { useSearch } from '../../../ui/use-search.ts';
import { ImportDialog } from '../imports/import-dialog.tsx';
import { Documents } from './documents.tsx';
import { EditDocument } from './edit-document.tsx';

const narrow = '@media (max-width: 700px)';

const useStyles = makeStyles({
  split: { display: 'flex', gap: '12px', flexGrow: 1, minHeight: 0, [narrow]: { flexDirection: 'column' } },
  collections: {
    width: '190px',
    flexShrink: 0,
    display: 'flex',
    flexDirection: 'column',
    gap: '2px',
    overflowY: 'auto',
    [narrow]: { width: '100%', flexDirection: 'row', flexWrap: 'wrap', maxHeight: '30vh' },
  },
  actions: { display: 'flex', flexWrap: 'wrap', gap: '8px' },
  collection: { justifyContent: 'space-between', fontWeight: tokens.fontWeightRegular },
  current: { backgroundColor: tokens.colorNeutralBackground1Selected, fontWeight: tokens.fontWeightSemibold },
  count: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
  main: {
    flexGrow: 1,
    minWidth: 0,
    display: 'flex',
    flexDirection: 'column',
    gap: '8px',
    minHeight: 0,
    position: 'relative',
  },
});

/** The documents of a tenant: its collections, and what is in the one that is open. */
export function Data({ tenant }: { readonly tenant: Tenant }) {
  const styles = useStyles();
  const { query } = useApi();
  const [get, set] = useSearch();
  const [dialog, setDialog] = useState<'new' | 'import'>();
  const mayWrite = useAllowed('data:write') && tenant.state === 'active';
  const collections = useQuery(query.tenants.listCollections.queryOptions({ input: { tenant: tenant.id } }));
  const items = (collections.data?.items ?? []).filter(({ collection }) => collection !== '$files');
  const chosen = get('collection') ?? items[0]?.collection;
  const actions = mayWrite && (
    <div className={styles.actions}>
      <Button icon={<ArrowUploadRegular />} onClick={() => setDialog('import')}>
        {t('tenants.data.import')}
      </Button>
      <Button icon={<AddRegular />} onClick={() => setDialog('new')}>
        {t('tenants.data.new')}
      </Button>
    </div>
  );
  return (
    <>
      {collections.error && (
        <ErrorNote error={collections.error} onRetry={() => void collections.refetch()} />
      )}
      {collections.data && items.length === 0 && (
        <EmptyState
          title={t('tenants.data.emptyTitle')}
          text={t('tenants.data.emptyText')}
          action={actions}
        />
      )}
      {items.length > 0 && chosen !== undefined && (
        <div className={styles.split}>
          <nav className={styles.collections} aria-label={t('tenants.data.collections')}>
            {items.map(({ collection, documents }) => (
              <Button
                key={collection}
                appearance="subtle"
                className={mergeClasses(styles.collection, collection === chosen && styles.current)}
                aria-current={collection === chosen ? 'true' : undefined}
                onClick={() => set({ collection, document: undefined, from: undefined })}
              >
                <span>{collection}</span>
                <span className={styles.count}>{documents.toLocaleString('en')}</span>
              </Button>
            ))}
          </nav>
          <div className={styles.main}>
            <Documents tenant={tenant} collection={chosen} mayWrite={mayWrite} actions={actions} />
          </div>
        </div>
      )}
      {dialog === 'import' && (
        <ImportDialog tenant={tenant} collection={chosen} onClose={() => setDialog(undefined)} />
      )}
      {dialog === 'new' && (
        <EditDocument
          tenant={tenant}
          collection={chosen}
          document={undefined}
          onSaved={(collection, document) => {
            set({ collection, document });
            setDialog(undefined);
          }}
          onClose={() => setDialog(undefined)}
        />
      )}
    </>
  );
}
