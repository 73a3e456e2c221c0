import { Body1, Button, Spinner } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { LastVerification } from '../../../../shared/contract/audit/integrity.ts';
import type { Horizon } from '../../../../shared/contract/audit.ts';
import { formatCount } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { useStatus } from '../../../rpc/use-status.ts';
import { CommandLine } from '../../../ui/command-line.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { Page } from '../../../ui/page.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { TextLink } from '../../../ui/text-link.tsx';
import { Time } from '../../../ui/time.tsx';
import { CheckpointCheck } from '../checkpoint-check.tsx';
import { Contradicted } from '../contradicted.tsx';
import { Verification } from '../verification.tsx';
import { Gaps, Pruned } from './gaps.tsx';
import { SigningKeys } from './keys.tsx';
import { RunningVerification } from './running.tsx';
import { Vouchers } from './vouchers.tsx';

/** Whether the log can be relied on: what was verified when, what vouches for it, and a checkpoint from elsewhere. */
export function Integrity() {
  const status = useStatus();
  return (
    <Page
      title={t('integrity.title')}
      above={<TextLink href="/audit">{t('shell.navigation.audit')}</TextLink>}
    >
      {status.data === undefined ? (
        status.error ? (
          <ErrorNote error={status.error} onRetry={() => void status.refetch()} />
        ) : (
          <Spinner label={t('common.loading')} />
        )
      ) : (
        <>
          <Contradicted />
          <Last last={status.data.log.lastVerification} />
          <Details horizon={status.data.log.horizon} />
        </>
      )}
      <CheckpointCheck />
    </Page>
  );
}

/** A look leaves an entry in the log; so long it is one look. */
const lookedAtMs = 60_000;
const tones = { verified: 'good', tampered: 'bad', incomplete: 'warning' } as const;

function Last({ last }: { readonly last: LastVerification | null }) {
  const [verifying, setVerifying] = useState(false);
  return (
    <>
      <Panel
        title={t('integrity.last.title')}
        actions={!verifying && <Button onClick={() => setVerifying(true)}>{t('integrity.last.now')}</Button>}
      >
        <Body1>{t('integrity.last.text')}</Body1>
        {last === null ? <Body1>{t('integrity.last.never')}</Body1> : <Found last={last} />}
      </Panel>
      {!verifying && <RunningVerification />}
      {verifying && <Verification tenant={undefined} onClose={() => setVerifying(false)} />}
    </>
  );
}

function Found({ last }: { readonly last: LastVerification }) {
  const { time, verdict, entries, problems, firstProblem, acknowledged } = last;
  return (
    <>
      <div>
        <StateBadge tone={tones[verdict]} text={t(`audit.verification.verdict.${verdict}`)} />
      </div>
      <Facts
        facts={[
          [t('integrity.last.time'), <Time key="time" value={time} />],
          [t('integrity.last.entries'), formatCount(entries)],
          [t('integrity.last.problems'), formatCount(problems)],
          ...(firstProblem === null ? [] : [[t('integrity.last.first'), firstProblem] as const]),
        ]}
      />
      {acknowledged && <Body1>{t('integrity.last.acknowledged')}</Body1>}
    </>
  );
}

function Details({ horizon }: { readonly horizon: Horizon }) {
  const { query } = useApi();
  const found = useQuery(query.audit.getIntegrity.queryOptions({ input: {}, staleTime: lookedAtMs }));
  if (found.data === undefined) {
    return found.error ? (
      <ErrorNote error={found.error} onRetry={() => void found.refetch()} />
    ) : (
      <Spinner label={t('common.loading')} />
    );
  }
  const { keys, gaps, gapsSince, pruned } = found.data;
  return (
    <>
      <Vouchers horizon={horizon} integrity={found.data} />
      <SigningKeys keys={keys} />
      <Gaps gaps={gaps} gapsSince={gapsSince} />
      <Pruned pruned={pruned} />
      <CommandLine command="holdfast audit integrity" />
    </>
  );
}
