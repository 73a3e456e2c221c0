import {
  Button,
  Caption1,
  Field,
  MessageBar,
  MessageBarBody,
  Radio,
  RadioGroup,
} from '@fluentui/react-components';
import { useState } from 'react';
import { validationLevels } from '../../../../shared/states.ts';
import { useAllowed } from '../../../app/session.tsx';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { CommandLine } from '../../../ui/command-line.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { JobPanel } from '../../../ui/job-panel.tsx';
import { list, member, text } from '../../../ui/json-member.ts';
import { useAttempt } from '../../../ui/use-attempt.ts';

/** A verification of one snapshot, at a level that was chosen. */
export function VerifySnapshot({ snapshotId }: { readonly snapshotId: string }) {
  const { client } = useApi();
  const mayWrite = useAllowed('backups:write');
  const [level, setLevel] = useState('4');
  const [jobId, setJobId] = useState<string>();
  const { busy, error, attempt } = useAttempt();
  if (!mayWrite) return null;

  async function verify() {
    await attempt(async () => {
      const asked = validationLevels.find((known) => String(known) === level);
      const started = await client.backups.verifyBackupIntegrity({ snapshotId, level: asked });
      setJobId(started.jobId);
    });
  }

  return (
    <>
      <Field label={t('backups.details.verifyLevel')}>
        <RadioGroup value={level} onChange={(_, { value }) => setLevel(value)}>
          {validationLevels.map((known) => (
            <Radio
              key={known}
              value={String(known)}
              label={
                <>
                  {t(`backups.levels.${known}`)}
                  <br />
                  <Caption1>{t(`backups.levelTexts.${known}`)}</Caption1>
                </>
              }
            />
          ))}
        </RadioGroup>
      </Field>
      <div>
        <Button onClick={() => void verify()} disabled={busy}>
          {t('backups.details.verify')}
        </Button>
      </div>
      <ErrorNote error={error} />
      {jobId !== undefined && (
        <JobPanel
          jobId={jobId}
          onClose={() => setJobId(undefined)}
          done={({ result }) => <Found result={result} />}
        />
      )}
      <CommandLine
        command={`holdfast backup verify --snapshot ${snapshotId.slice(0, 12)} --level ${level}`}
      />
    </>
  );
}

function Found({ result }: { readonly result: unknown }) {
  const problems = list(result, 'problems');
  const ok = member(result, 'ok') === true;
  return (
    <MessageBar intent={ok ? 'success' : 'error'} layout="multiline">
      <MessageBarBody>
        {ok ? t('backups.details.ok') : t('backups.details.bad', { count: problems.length })}
        {problems.length > 0 && (
          <ul>
            {problems.map((each, at) => {
              const key = `${at} ${text(each, 'reason')}`;
              return <li key={key}>{text(each, 'reason')}</li>;
            })}
          </ul>
        )}
      </MessageBarBody>
    </MessageBar>
  );
}
