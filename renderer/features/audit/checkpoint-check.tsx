import {
  Body1,
  Button,
  Field,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  Textarea,
} from '@fluentui/react-components';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { CheckpointCheck as Check } from '../../../shared/contract/audit/integrity.ts';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { CommandLine } from '../../ui/command-line.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Panel } from '../../ui/panel.tsx';

const intents = {
  'goes-on': 'success',
  'other-entries': 'error',
  'log-shorter': 'error',
  'log-missing': 'error',
  'not-signed': 'warning',
  pruned: 'warning',
} as const;

/** A checkpoint that was kept elsewhere, compared with today's log. */
export function CheckpointCheck() {
  const { query } = useApi();
  const [note, setNote] = useState('');
  const check = useMutation(query.audit.checkCheckpoint.mutationOptions());
  return (
    <Panel title={t('integrity.checkpoint.title')}>
      <Body1>{t('integrity.checkpoint.text')}</Body1>
      <Field label={t('integrity.checkpoint.note')} hint={t('integrity.checkpoint.hint')}>
        <Textarea value={note} rows={5} onChange={(_, { value }) => setNote(value)} />
      </Field>
      <div>
        <Button disabled={note.trim() === '' || check.isPending} onClick={() => check.mutate({ note })}>
          {t('integrity.checkpoint.submit')}
        </Button>
      </div>
      <div role="status">
        <ErrorNote error={check.error} />
        {check.data && <Finding check={check.data} />}
      </div>
      <CommandLine command="holdfast audit verify --checkpoint FILE" />
    </Panel>
  );
}

function Finding({ check: { finding, logId: log, size, present } }: { readonly check: Check }) {
  return (
    <MessageBar intent={intents[finding]} layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>{t(`integrity.checkpoint.finding.${finding}`)}</MessageBarTitle>
        {present === null
          ? t('integrity.checkpoint.missing', { size: formatCount(size), log })
          : t('integrity.checkpoint.sizes', { size: formatCount(size), log, present: formatCount(present) })}
      </MessageBarBody>
    </MessageBar>
  );
}
