import { Body1, Button, MessageBar, MessageBarBody, Spinner } from '@fluentui/react-components';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { TimestampAuthority } from '../../../shared/contract/audit/timestamps.ts';
import { useAllowed } from '../../app/session.tsx';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { CommandLine } from '../../ui/command-line.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Identifier } from '../../ui/identifier.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ReasonDialog } from '../../ui/reason-dialog.tsx';
import { Time } from '../../ui/time.tsx';
import { PlainTable } from './plain-table.tsx';
import { SetAuthority } from './timestamp-dialog.tsx';

/** RFC 3161 time stamps of the log: who is asked, and what was stamped. */
export function Timestamps() {
  const { client, query } = useApi();
  const queries = useQueryClient();
  const [mayChange, mayAsk] = [useAllowed('operators:write'), useAllowed('audit:write')];
  const [asking, setAsking] = useState<'set' | 'remove'>();
  const found = useQuery(query.audit.listTimestamps.queryOptions({ input: {} }));
  const renew = () => queries.invalidateQueries();
  const now = useMutation(query.audit.requestTimestamp.mutationOptions({ onSettled: renew }));
  const close = () => setAsking(undefined);
  if (found.data === undefined) {
    return (
      <Panel title={t('timestamps.title')}>
        {found.error ? (
          <ErrorNote error={found.error} onRetry={() => void found.refetch()} />
        ) : (
          <Spinner label={t('common.loading')} />
        )}
      </Panel>
    );
  }
  const { authority, stamps } = found.data;
  return (
    <Panel
      title={t('timestamps.title')}
      actions={
        <>
          {mayChange && (
            <Button onClick={() => setAsking('set')}>
              {t(authority === null ? 'timestamps.set' : 'timestamps.change')}
            </Button>
          )}
          {mayChange && authority && (
            <Button onClick={() => setAsking('remove')}>{t('timestamps.remove')}</Button>
          )}
          {mayAsk && authority && (
            <Button disabled={now.isPending} onClick={() => now.mutate({})}>
              {t('timestamps.now')}
            </Button>
          )}
        </>
      }
    >
      <Body1>{t('timestamps.text')}</Body1>
      <ErrorNote error={now.error} />
      {authority === null ? (
        <EmptyState title={t('timestamps.none')} text={t('timestamps.noneText')} />
      ) : (
        <Authority authority={authority} failed={authority.failure !== null && now.error === null} />
      )}
      {stamps.length > 0 && (
        <PlainTable
          label={t('timestamps.title')}
          columns={[
            t('timestamps.columns.stamped'),
            t('timestamps.columns.entries'),
            t('timestamps.columns.authority'),
          ]}
          rows={stamps.map(({ size, time, authority: by }) => ({
            key: String(size),
            cells: [<Time key="time" value={time} />, formatCount(size), by],
          }))}
        />
      )}
      {authority && stamps.length === 0 && <Body1>{t('timestamps.noStamps')}</Body1>}
      <CommandLine command="holdfast audit timestamp list" />
      {asking === 'set' && <SetAuthority present={authority} onClose={close} onDone={renew} />}
      {asking === 'remove' && authority && (
        <ReasonDialog
          title={t('timestamps.removal.title', { host: new URL(authority.url).host })}
          submit={t('timestamps.removal.submit')}
          command="holdfast audit timestamp remove"
          onClose={close}
          onSubmit={async (reason) => {
            await client.audit.removeTimestampAuthority({ reason });
            await renew();
          }}
        >
          <Body1>{t('timestamps.removal.text')}</Body1>
        </ReasonDialog>
      )}
    </Panel>
  );
}

interface AuthorityProps {
  readonly authority: TimestampAuthority;
  /** The last attempt failed, and nothing else says so. */
  readonly failed: boolean;
}

function Authority({ authority, failed }: AuthorityProps) {
  const { url, policy, everyHours, certificates, signsIn, dueAt, failure } = authority;
  return (
    <>
      {failed && failure && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            {t('timestamps.failed', { message: failure.message })} <Time value={failure.time} as="ago" />
          </MessageBarBody>
        </MessageBar>
      )}
      <Facts
        facts={[
          [t('timestamps.facts.url'), url],
          [t('timestamps.facts.policy'), policy ?? t('timestamps.facts.anyPolicy')],
          [t('timestamps.facts.every'), t('timestamps.facts.hours', { count: everyHours })],
          [
            t('timestamps.facts.certificates'),
            certificates.map(({ subject, fingerprint, validTo }) => (
              <div key={fingerprint}>
                {subject}, {t('timestamps.facts.validTo')} <Time value={validTo} />
                <div>
                  <Identifier value={fingerprint} />
                </div>
              </div>
            )),
          ],
          [t('timestamps.facts.signsIn'), t(signsIn ? 'timestamps.facts.yes' : 'timestamps.facts.no')],
          [t('timestamps.facts.due'), <Time key="due" value={dueAt} />],
        ]}
      />
    </>
  );
}
