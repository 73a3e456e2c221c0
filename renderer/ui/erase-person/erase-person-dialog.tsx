import { Field, Input, MessageBar, MessageBarBody, Spinner, Textarea } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { CommandLine, shellWord } from '../command-line.tsx';
import { ErrorNote } from '../error-note.tsx';
import { Facts } from '../facts.tsx';
import { FormDialog } from '../form-dialog.tsx';
import { isReason } from '../is-reason.ts';
import type { Person } from './person.ts';

interface ErasePersonDialogProps {
  readonly person: Person;
  /** With the id of the job that was started. */
  readonly onStarted: (jobId: string) => void;
  readonly onClose: () => void;
}

/** What the erasure of a person destroys, what stays, and what it cannot reach; then the name and a reason. */
export function ErasePersonDialog({ person, onStarted, onClose }: ErasePersonDialogProps) {
  const { client, query } = useApi();
  const [typed, setTyped] = useState('');
  const [reason, setReason] = useState('');
  const of = { subjectId: person.id, ...(person.tenant === undefined ? {} : { tenant: person.tenant }) };
  const plan = useQuery(query.tenants.planSubjectErasure.queryOptions({ input: of, gcTime: 0 }));
  const found = plan.data;
  const ready = found !== undefined && found.obstacles.length === 0;
  const ofTenant = person.tenant === undefined ? '' : `--tenant ${person.tenant} `;
  return (
    <FormDialog
      title={t('subject.dialog.title', { name: person.name || person.id })}
      submit={t('subject.dialog.submit')}
      disabled={!ready || typed.normalize('NFC').trim() !== found.name || !isReason(reason)}
      onClose={onClose}
      onSubmit={async () => {
        const input = { ...of, confirm: typed, reason: reason.trim() };
        onStarted((await client.tenants.eraseSubject(input)).jobId);
        onClose();
      }}
    >
      <MessageBar intent="error" layout="multiline">
        <MessageBarBody>{t('subject.dialog.text')}</MessageBarBody>
      </MessageBar>
      <ErrorNote error={plan.error} onRetry={() => void plan.refetch()} />
      {plan.isPending && <Spinner size="small" label={t('subject.dialog.loading')} />}
      {found && (
        <>
          <Facts
            facts={[
              [
                t('subject.dialog.what'),
                <span key="what">
                  {t('subject.dialog.fields', { count: found.fields })}
                  {found.kind !== 'operator' && <br />}
                  {found.kind !== 'operator' && t('subject.dialog.keys', { count: found.apiKeys })}
                </span>,
              ],
              [
                t('subject.dialog.stays'),
                t('subject.dialog.entries', { count: found.entries, pseudonym: found.pseudonym }),
              ],
              [
                t('subject.dialog.where'),
                found.places.map((place) => place.name || t('subject.dialog.first')).join(', ') ||
                  t('subject.dialog.nowhere'),
              ],
            ]}
          />
          {found.places
            .filter(({ state }) => state === 'away')
            .map((place) => (
              <MessageBar key={place.targetId} intent="warning" layout="multiline">
                <MessageBarBody>
                  {t('subject.dialog.away', { name: place.name || t('subject.dialog.first') })}
                </MessageBarBody>
              </MessageBar>
            ))}
          {found.obstacles.length > 0 && (
            <MessageBar intent="warning" layout="multiline">
              <MessageBarBody>
                {t('subject.dialog.obstacles')} {found.obstacles.join(' ')}
              </MessageBarBody>
            </MessageBar>
          )}
          <span>{t('subject.dialog.outside')}</span>
          <Field label={t('subject.dialog.reason')} hint={t('subject.dialog.reasonHint')} required>
            <Textarea value={reason} onChange={(_, { value }) => setReason(value)} maxLength={1000} />
          </Field>
          <Field label={t('subject.dialog.typed', { name: found.name })} required>
            <Input value={typed} onChange={(_, { value }) => setTyped(value)} autoComplete="off" />
          </Field>
        </>
      )}
      <CommandLine
        command={`holdfast subject erase ${ofTenant}${person.id} --reason ${shellWord(reason.trim() || 'REASON')}`}
      />
    </FormDialog>
  );
}
