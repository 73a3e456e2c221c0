import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Tenant } from '../../../../shared/contract/tenants.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { toFailure } from '../../../rpc/failure.ts';
import { CommandLine } from '../../../ui/command-line.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { Time } from '../../../ui/time.tsx';
import { DocumentHistory } from './document-history.tsx';
import { EditDocument } from './edit-document.tsx';

const useStyles = makeStyles({
  json: {
    margin: 0,
    padding: '8px 12px',
    backgroundColor: tokens.colorNeutralBackground3,
    borderRadius: tokens.borderRadiusMedium,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    maxHeight: '40vh',
    overflowY: 'auto',
  },
});

interface DocumentDetailsProps {
  readonly tenant: Tenant;
  readonly collection: string;
  readonly id: string;
  readonly mayWrite: boolean;
}

/** One document: its value, its history, and what can be done with it. */
export function DocumentDetails({ tenant, collection, id, mayWrite }: DocumentDetailsProps) {
  const styles = useStyles();
  const { client, query } = useApi();
  const queries = useQueryClient();
  const [asking, setAsking] = useState<'edit' | 'delete'>();
  const of = { tenant: tenant.id, collection, id };
  const document = useQuery(query.tenants.getDocument.queryOptions({ input: of }));
  const close = () => setAsking(undefined);
  if (document.error && toFailure(document.error).code === 'NOT_FOUND') {
    return (
      <>
        <p>{t('tenants.data.deletedDocument')}</p>
        <DocumentHistory of={of} mayWrite={mayWrite} />
      </>
    );
  }
  if (document.error) return <ErrorNote error={document.error} onRetry={() => void document.refetch()} />;
  if (document.data === undefined) return <p>{t('common.loading')}</p>;
  const { revision, updatedAt, value } = document.data;
  const text = JSON.stringify(value, null, 2);
  return (
    <>
      <Facts
        facts={[
          [t('tenants.data.columns.revision'), revision],
          [t('tenants.data.columns.updated'), <Time key="updated" value={updatedAt} />],
        ]}
      />
      <div>
        <CopyButton text={text} />
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard */}
        <pre className={styles.json} tabIndex={0}>
          {text}
        </pre>
      </div>
      {mayWrite && (
        <div style={{ display: 'flex', gap: 8 }}>
          <Button onClick={() => setAsking('edit')}>{t('tenants.data.edit')}</Button>
          <Button onClick={() => setAsking('delete')}>{t('tenants.data.delete')}</Button>
        </div>
      )}
      <CommandLine command={`holdfast data get ${id} --tenant ${tenant.slug} --collection ${collection}`} />
      <DocumentHistory of={of} mayWrite={mayWrite} />
      {asking === 'edit' && (
        <EditDocument
          tenant={tenant}
          collection={collection}
          document={document.data}
          onSaved={close}
          onClose={close}
        />
      )}
      {asking === 'delete' && (
        <ConfirmDialog
          title={t('tenants.data.deleteTitle', { id })}
          confirm={t('tenants.data.delete')}
          onClose={close}
          onConfirm={async () => {
            await client.tenants.deleteDocument({ ...of, ifRevision: revision });
            await queries.invalidateQueries({ queryKey: query.tenants.key() });
          }}
        >
          <p>{t('tenants.data.deleteText')}</p>
        </ConfirmDialog>
      )}
    </>
  );
}
