import { Body1, MessageBar, MessageBarBody, Spinner } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { prepareDownload, type TransferFile } from '../../rpc/transfers.ts';
import { CommandLine } from '../command-line.tsx';
import type { Person } from '../erase-person/person.ts';
import { ErrorNote } from '../error-note.tsx';
import { Facts } from '../facts.tsx';
import { FormDialog } from '../form-dialog.tsx';

interface ExportPersonDialogProps {
  readonly person: Person;
  readonly onStarted: (running: { readonly jobId: string; readonly file: TransferFile }) => void;
  readonly onClose: () => void;
}

/** What the file of a person will hold, and what it will not; then its making. */
export function ExportPersonDialog({ person, onStarted, onClose }: ExportPersonDialogProps) {
  const { client, query } = useApi();
  const of = { subjectId: person.id, ...(person.tenant === undefined ? {} : { tenant: person.tenant }) };
  const plan = useQuery(query.tenants.planSubjectExport.queryOptions({ input: of, gcTime: 0 }));
  const found = plan.data;
  const ofTenant = person.tenant === undefined ? '' : `--tenant ${person.tenant} `;
  return (
    <FormDialog
      title={t('subject.export.title', { name: person.name || person.id })}
      submit={t('subject.export.submit')}
      disabled={found === undefined}
      onClose={onClose}
      onSubmit={async () => {
        // the name of the file is seen by others than the person
        const file = await prepareDownload(`person-${person.id}.zip`);
        const { jobId } = await client.tenants.exportSubjectData({ ...of, file: file.file });
        onStarted({ jobId, file });
        onClose();
      }}
    >
      <Body1>{t('subject.export.text')}</Body1>
      <ErrorNote error={plan.error} onRetry={() => void plan.refetch()} />
      {plan.isPending && <Spinner size="small" label={t('subject.dialog.loading')} />}
      {found && (
        <Facts
          facts={[
            [t('subject.columns.person'), found.pseudonym],
            [
              t('subject.details.logged'),
              `${t('subject.details.entries', { count: found.entries })}, ${t('subject.details.fields', { count: found.fields })}`,
            ],
            ...(found.kind === 'operator'
              ? []
              : [[t('subject.export.keys'), t('subject.dialog.keys', { count: found.apiKeys })] as const]),
          ]}
        />
      )}
      <MessageBar intent="warning" layout="multiline">
        <MessageBarBody>{t('subject.export.clear')}</MessageBarBody>
      </MessageBar>
      <CommandLine command={`holdfast subject export ${ofTenant}${person.id} --out person.zip`} />
    </FormDialog>
  );
}
