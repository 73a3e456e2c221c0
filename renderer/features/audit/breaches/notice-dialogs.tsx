import { Body1, Field, Input, Textarea } from '@fluentui/react-components';
import { useState } from 'react';
import type { Breach } from '../../../../shared/contract/audit/breaches.ts';
import { issuesOf } from '../../../i18n/failure-text.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { toFailure } from '../../../rpc/failure.ts';
import { CommandLine, shellWord } from '../../../ui/command-line.tsx';
import { FormDialog } from '../../../ui/form-dialog.tsx';
import { problem } from '../../../ui/problem.ts';
import { TimeField } from '../../../ui/time-field.tsx';

export interface BreachDialogProps {
  readonly breach: Breach;
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}

const optional = (text: string) => (text.trim() === '' ? undefined : text.trim());

/** Records that the authority was told, for the first time or in a further phase. */
export function AuthorityDialog({ breach, onDone, onClose }: BreachDialogProps) {
  const { client } = useApi();
  const [at, setAt] = useState<string | undefined>(() => new Date().toISOString());
  const [authority, setAuthority] = useState(breach.notifications.at(-1)?.authority ?? '');
  const [reference, setReference] = useState('');
  const [note, setNote] = useState('');
  const [late, setLate] = useState('');
  const [issues, setIssues] = useState<ReadonlyMap<string, string>>(new Map());
  const isLate =
    breach.role !== 'processor' && breach.notifications.length === 0 && at !== undefined && at > breach.dueAt;
  return (
    <FormDialog
      title={t('breaches.authority.title')}
      submit={t('breaches.authority.submit')}
      disabled={at === undefined || authority.trim() === '' || (isLate && late.trim() === '')}
      onClose={onClose}
      onError={(error) => setIssues(issuesOf(toFailure(error)))}
      onSubmit={async () => {
        if (at === undefined) return;
        await client.audit.notifyBreachAuthority({
          breachId: breach.id,
          at,
          authority,
          reference: optional(reference),
          note: optional(note),
          lateReason: isLate ? optional(late) : undefined,
        });
        await onDone();
        onClose();
      }}
    >
      <Body1>{t('breaches.authority.text')}</Body1>
      <Field {...problem(issues.get('at'))}>
        <TimeField label={t('breaches.authority.at')} value={at} onChange={setAt} />
      </Field>
      <Field label={t('breaches.authority.name')} required {...problem(issues.get('authority'))}>
        <Input value={authority} maxLength={300} onChange={(_, { value }) => setAuthority(value)} />
      </Field>
      <Field label={t('breaches.authority.reference')}>
        <Input value={reference} maxLength={300} onChange={(_, { value }) => setReference(value)} />
      </Field>
      <Field label={t('breaches.authority.note')}>
        <Textarea value={note} maxLength={4000} onChange={(_, { value }) => setNote(value)} />
      </Field>
      {isLate && (
        <Field label={t('breaches.authority.late')} required {...problem(issues.get('lateReason'))}>
          <Textarea value={late} maxLength={4000} onChange={(_, { value }) => setLate(value)} />
        </Field>
      )}
      <CommandLine
        command={`holdfast breach notify ${breach.id} --authority ${shellWord(authority || 'NAME')}${at === undefined ? '' : ` --at ${at}`}`}
      />
    </FormDialog>
  );
}

/** Records that a controller was told; one notice each. */
export function ControllerDialog({ breach, onDone, onClose }: BreachDialogProps) {
  const { client } = useApi();
  const [at, setAt] = useState<string | undefined>(() => new Date().toISOString());
  const [name, setName] = useState('');
  const [how, setHow] = useState('');
  const [issues, setIssues] = useState<ReadonlyMap<string, string>>(new Map());
  return (
    <FormDialog
      title={t('breaches.controller.title')}
      submit={t('breaches.controller.submit')}
      disabled={at === undefined || name.trim() === ''}
      onClose={onClose}
      onError={(error) => setIssues(issuesOf(toFailure(error)))}
      onSubmit={async () => {
        if (at === undefined) return;
        await client.audit.notifyBreachController({ breachId: breach.id, at, name, how: optional(how) });
        await onDone();
        onClose();
      }}
    >
      <Body1>{t('breaches.controller.text')}</Body1>
      <Field {...problem(issues.get('at'))}>
        <TimeField label={t('breaches.controller.at')} value={at} onChange={setAt} />
      </Field>
      <Field label={t('breaches.controller.name')} required {...problem(issues.get('name'))}>
        <Input value={name} maxLength={300} onChange={(_, { value }) => setName(value)} />
      </Field>
      <Field label={t('breaches.controller.how')}>
        <Textarea value={how} maxLength={4000} onChange={(_, { value }) => setHow(value)} />
      </Field>
      <CommandLine
        command={`holdfast breach notify ${breach.id} --controller ${shellWord(name || 'NAME')}${at === undefined ? '' : ` --at ${at}`}`}
      />
    </FormDialog>
  );
}

/** Records that the people were told. */
export function PeopleDialog({ breach, onDone, onClose }: BreachDialogProps) {
  const { client } = useApi();
  const [at, setAt] = useState<string | undefined>(() => new Date().toISOString());
  const [how, setHow] = useState('');
  const [issues, setIssues] = useState<ReadonlyMap<string, string>>(new Map());
  return (
    <FormDialog
      title={t('breaches.people.title')}
      submit={t('breaches.people.submit')}
      disabled={at === undefined || how.trim() === ''}
      onClose={onClose}
      onError={(error) => setIssues(issuesOf(toFailure(error)))}
      onSubmit={async () => {
        if (at === undefined) return;
        await client.audit.notifyBreachPeople({ breachId: breach.id, at, how });
        await onDone();
        onClose();
      }}
    >
      <Body1>{t('breaches.people.text')}</Body1>
      <Field {...problem(issues.get('at'))}>
        <TimeField label={t('breaches.people.at')} value={at} onChange={setAt} />
      </Field>
      <Field label={t('breaches.people.how')} required {...problem(issues.get('how'))}>
        <Textarea value={how} maxLength={4000} onChange={(_, { value }) => setHow(value)} />
      </Field>
      <CommandLine command={`holdfast breach notify ${breach.id} --people ${shellWord(how || 'HOW')}`} />
    </FormDialog>
  );
}
