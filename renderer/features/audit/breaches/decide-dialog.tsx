import { Field, Radio, RadioGroup, Textarea } from '@fluentui/react-components';
import { useState } from 'react';
import { notTellingGrounds } from '../../../../shared/breaches.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { CommandLine, shellWord } from '../../../ui/command-line.tsx';
import { FormDialog } from '../../../ui/form-dialog.tsx';
import { isReason } from '../../../ui/is-reason.ts';
import type { BreachDialogProps } from './notice-dialogs.tsx';

/** Records why the authority, or people at a high risk, are not told: which of both, the judged risk says. */
export function DecideDialog({ breach, onDone, onClose }: BreachDialogProps) {
  const { client } = useApi();
  const about = breach.risk === 'unlikely' ? 'authority' : 'people';
  const [ground, setGround] = useState<(typeof notTellingGrounds)[number]>();
  const [reason, setReason] = useState('');
  const option = about === 'authority' ? '--not-notify' : `--not-tell ${ground ?? 'GROUND'}`;
  return (
    <FormDialog
      title={t('breaches.decide.title')}
      submit={t('breaches.decide.submit')}
      disabled={!isReason(reason) || (about === 'people' && ground === undefined)}
      onClose={onClose}
      onSubmit={async () => {
        await client.audit.decideBreach({ breachId: breach.id, about, ground, reason });
        await onDone();
        onClose();
      }}
    >
      <p style={{ margin: 0 }}>{t(`breaches.decide.${about}`)}</p>
      {about === 'people' && (
        <Field label={t('breaches.decide.ground')} required>
          <RadioGroup
            value={ground ?? ''}
            onChange={(_, { value }) => setGround(notTellingGrounds.find((each) => each === value))}
          >
            {notTellingGrounds.map((each) => (
              <Radio key={each} value={each} label={t(`breaches.grounds.${each}`)} />
            ))}
          </RadioGroup>
        </Field>
      )}
      <Field label={t('breaches.decide.reason')} hint={t('breaches.decide.reasonHint')} required>
        <Textarea value={reason} maxLength={1000} onChange={(_, { value }) => setReason(value)} />
      </Field>
      <CommandLine
        command={`holdfast breach decide ${breach.id} ${option} --reason ${shellWord(reason.trim() || 'REASON')}`}
      />
    </FormDialog>
  );
}
