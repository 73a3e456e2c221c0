import { Body1, MessageBar, MessageBarBody, MessageBarTitle } from '@fluentui/react-components';
import { useEffect, useRef, useState } from 'react';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { CommandLine } from '../../ui/command-line.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { JobPanel } from '../../ui/job-panel.tsx';
import { list, member, number, text } from '../../ui/json-member.ts';
import { Panel } from '../../ui/panel.tsx';
import { Time } from '../../ui/time.tsx';

interface VerificationProps {
  /** One tenant's log; undefined: all. */
  readonly tenant: string | undefined;
  readonly onClose: () => void;
}

/** A verification of the log from its start to its verdict. */
export function Verification({ tenant, onClose }: VerificationProps) {
  const { client } = useApi();
  const [jobId, setJobId] = useState<string>();
  const [error, setError] = useState<unknown>();
  const started = useRef(false);
  useEffect(() => {
    if (started.current) return;
    started.current = true;
    client.audit
      .verifyAuditLog({ tenant })
      .then((job) => setJobId(job.jobId))
      .catch(setError);
  }, [client, tenant]);
  return (
    <Panel title={t('audit.verification.title')}>
      <ErrorNote error={error} />
      {jobId !== undefined && (
        <JobPanel jobId={jobId} onClose={onClose} done={({ result }) => <Verdict result={result} />} />
      )}
      <CommandLine command={`holdfast audit verify${tenant === undefined ? '' : ` --tenant ${tenant}`}`} />
    </Panel>
  );
}

const intents = { verified: 'success', tampered: 'error', incomplete: 'warning' } as const;

function Verdict({ result }: { readonly result: unknown }) {
  const said = text(result, 'verdict');
  const verdict = said === 'verified' || said === 'tampered' ? said : 'incomplete';
  const logs = list(result, 'logs');
  const entries = logs.reduce<number>((sum, log) => sum + number(log, 'size'), 0);
  const gaps = list(result, 'gaps');
  const problems = list(result, 'problems');
  return (
    <>
      <MessageBar intent={intents[verdict]} layout="multiline">
        <MessageBarBody>
          <MessageBarTitle>{t(`audit.verification.verdict.${verdict}`)}</MessageBarTitle>
          {t(`audit.verification.verdicts.${verdict}`)} {t('audit.verification.logs', { count: logs.length })}
          , {t('audit.verification.entries', { count: entries })}. {text(member(result, 'horizon'), 'note')}{' '}
          {t('audit.verification.notProven')}
        </MessageBarBody>
      </MessageBar>
      {gaps.length > 0 && (
        <>
          <Body1>{t('audit.verification.gaps')}</Body1>
          <ul>
            {gaps.map((gap) => (
              <li key={text(gap, 'from')}>
                <Time value={text(gap, 'from')} />: {text(gap, 'text')}
              </li>
            ))}
          </ul>
        </>
      )}
      {problems.length > 0 && (
        <ul>
          {problems.map((problem, at) => {
            const index = member(problem, 'index');
            const log = text(problem, 'logId');
            const reason = text(problem, 'reason');
            const key = `${at} ${log}`;
            return (
              <li key={key}>
                {typeof index === 'number'
                  ? t('audit.verification.problem', { index, log, reason })
                  : t('audit.verification.problemLog', { log, reason })}
              </li>
            );
          })}
        </ul>
      )}
    </>
  );
}
