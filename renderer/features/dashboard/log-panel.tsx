import { Body1, Button } from '@fluentui/react-components';
import { useMutation } from '@tanstack/react-query';
import type { Job, Status } from '../../../shared/contract/suite.ts';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { CommandLine } from '../../ui/command-line.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Facts } from '../../ui/facts.tsx';
import { JobPanel } from '../../ui/job-panel.tsx';
import { text } from '../../ui/json-member.ts';
import { LinkButton } from '../../ui/link-button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { HorizonText } from '../../ui/protection/horizon.tsx';
import { logStateOf } from '../../ui/protection/log-state.ts';
import { logTones } from '../../ui/protection/tones.ts';
import { useVerdict } from '../../ui/protection/use-verdict.ts';
import { StateBadge } from '../../ui/state-badge.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { Time } from '../../ui/time.tsx';

const verdicts = ['verified', 'tampered', 'incomplete'] as const;

/** How far the audit log is proven, and its verification. */
export function LogPanel({ status }: { readonly status: Status }) {
  const { query } = useApi();
  const verdict = useVerdict();
  const verify = useMutation(query.audit.verifyAuditLog.mutationOptions());
  const { size, horizon } = status.log;
  const log = logStateOf(status, verdict.data ?? null);
  return (
    <Panel
      title={t('dashboard.log.title')}
      actions={
        <LinkButton size="small" appearance="subtle" href="/audit">
          {t('dashboard.log.open')}
        </LinkButton>
      }
    >
      <div>
        <StateBadge tone={logTones[log]} text={t(`shell.log.state.${log}`)} />
      </div>
      <Facts
        facts={[
          [t('dashboard.log.size'), t('dashboard.log.entries', { count: size })],
          [
            t('dashboard.log.verified'),
            <Time
              key="verified"
              value={verdict.data?.time ?? null}
              as="ago"
              missing={t('dashboard.log.never')}
            />,
          ],
        ]}
      />
      <Body1>
        <HorizonText horizon={horizon} />{' '}
        <TextLink href="/audit/witnesses">{t('dashboard.log.witnesses')}</TextLink>
      </Body1>
      <ErrorNote error={verify.error} />
      {verify.data && (
        <JobPanel
          jobId={verify.data.jobId}
          done={(job) => <Verdict job={job} />}
          onClose={() => verify.reset()}
        />
      )}
      {verify.data === undefined && (
        <div>
          <Button size="small" disabled={verify.isPending} onClick={() => verify.mutate({})}>
            {t('dashboard.log.verify')}
          </Button>
        </div>
      )}
      <CommandLine command="holdfast audit verify" />
    </Panel>
  );
}

function Verdict({ job }: { readonly job: Job }) {
  const verdict = verdicts.find((known) => known === text(job.result, 'verdict')) ?? 'incomplete';
  return (
    <Body1>
      {t(`dashboard.log.verdict.${verdict}`)}{' '}
      <TextLink href={`/jobs/${job.id}`}>{t('dashboard.log.openResult')}</TextLink>
    </Body1>
  );
}
