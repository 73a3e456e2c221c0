import { Field, Input, MessageBar, MessageBarBody, Spinner, Textarea } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Tenant } from '../../../../shared/contract/tenants.ts';
import { formatBytes } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { CommandLine, shellWord } from '../../../ui/command-line.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { FormDialog } from '../../../ui/form-dialog.tsx';
import { isReason } from '../../../ui/is-reason.ts';

interface EraseDialogProps {
  readonly tenant: Tenant;
  /** With the id of the job that was started. */
  readonly onStarted: (jobId: string) => void;
  readonly onClose: () => void;
}

/** What an erasure destroys, where, and what it cannot reach; then the short name and a reason. */
export function EraseDialog({ tenant, onStarted, onClose }: EraseDialogProps) {
  const { client, query } = useApi();
  const [typed, setTyped] = useState('');
  const [reason, setReason] = useState('');
  const { id, name, slug } = tenant;
  const plan = useQuery(query.tenants.planErasure.queryOptions({ input: { tenant: id }, gcTime: 0 }));
  const found = plan.data;
  const ready = found !== undefined && found.obstacles.length === 0;
  return (
    <FormDialog
      title={t('erasure.dialog.title', { name })}
      submit={t('erasure.dialog.submit')}
      disabled={!ready || typed !== slug || !isReason(reason)}
      onClose={onClose}
      onSubmit={async () => {
        const input = { tenant: id, confirm: typed, reason: reason.trim() };
        onStarted((await client.tenants.eraseTenant(input)).jobId);
        onClose();
      }}
    >
      <MessageBar intent="error" layout="multiline">
        <MessageBarBody>{t('erasure.dialog.text')}</MessageBarBody>
      </MessageBar>
      <ErrorNote error={plan.error} onRetry={() => void plan.refetch()} />
      {plan.isPending && <Spinner size="small" label={t('erasure.dialog.loading')} />}
      {found && (
        <>
          <Facts
            facts={[
              [
                t('erasure.dialog.what'),
                <span key="what">
                  {t('erasure.dialog.people', { users: found.users, bots: found.bots })}
                  <br />
                  {t('erasure.dialog.data', {
                    documents: found.documents,
                    files: found.files,
                    bytes: formatBytes(found.storageBytes),
                  })}
                  <br />
                  {t('erasure.dialog.snapshots', { count: found.snapshots })}
                </span>,
              ],
              [
                t('erasure.dialog.where'),
                found.places.map((place) => place.name || t('erasure.dialog.first')).join(', '),
              ],
            ]}
          />
          {found.places
            .filter(({ state, targetId }) => state === 'away' && targetId !== null)
            .map((place) => (
              <MessageBar key={place.targetId} intent="warning" layout="multiline">
                <MessageBarBody>{t('erasure.dialog.away', { name: place.name })}</MessageBarBody>
              </MessageBar>
            ))}
          {found.obstacles.length > 0 && (
            <MessageBar intent="warning" layout="multiline">
              <MessageBarBody>
                {t('erasure.dialog.obstacles')} {found.obstacles.join(' ')}
              </MessageBarBody>
            </MessageBar>
          )}
          <span>{t('erasure.dialog.outside')}</span>
        </>
      )}
      <Field label={t('erasure.dialog.reason')} hint={t('erasure.dialog.reasonHint')} required>
        <Textarea value={reason} onChange={(_, { value }) => setReason(value)} maxLength={1000} />
      </Field>
      <Field label={t('erasure.dialog.typed', { slug })} required>
        <Input value={typed} onChange={(_, { value }) => setTyped(value)} autoComplete="off" />
      </Field>
      <CommandLine
        command={`holdfast tenant erase --tenant ${slug} --reason ${shellWord(reason.trim() || 'REASON')}`}
      />
    </FormDialog>
  );
}
