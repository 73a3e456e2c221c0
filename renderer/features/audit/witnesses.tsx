import { Body1, Button, Spinner } from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { Witness } from '../../../shared/contract/audit/witnesses.ts';
import { useAllowed } from '../../app/session.tsx';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { useStatus } from '../../rpc/use-status.ts';
import { CommandLine, shellWord } from '../../ui/command-line.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Identifier } from '../../ui/identifier.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { HorizonText } from '../../ui/protection/horizon.tsx';
import { ReasonDialog } from '../../ui/reason-dialog.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { Time } from '../../ui/time.tsx';
import { PlainTable } from './plain-table.tsx';
import { Timestamps } from './timestamps.tsx';
import { AddWitness, Cosign, RequestCosignature, TakeCosignature } from './witness-dialogs.tsx';

type Asking = 'request' | 'take' | 'add' | 'cosign' | Witness;

/** Other installations that vouch for this one's log, and those that it vouches for; files are carried between them. */
export function Witnesses() {
  const { client, query } = useApi();
  const queries = useQueryClient();
  const [mayChange, mayTake] = [useAllowed('operators:write'), useAllowed('audit:write')];
  const [asking, setAsking] = useState<Asking>();
  const status = useStatus();
  const found = useQuery(query.audit.listWitnesses.queryOptions({ input: {} }));
  const close = () => setAsking(undefined);
  const renew = () => queries.invalidateQueries();
  const page = (content: ReactNode) => (
    <Page
      title={t('witnesses.title')}
      above={<TextLink href="/audit">{t('shell.navigation.audit')}</TextLink>}
    >
      {content}
    </Page>
  );
  if (found.data === undefined) {
    return page(
      found.error ? (
        <ErrorNote error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        <Spinner label={t('common.loading')} />
      ),
    );
  }
  const { ownKey, witnesses, witnessed } = found.data;
  return page(
    <>
      <Panel
        title={t('witnesses.own.title')}
        actions={
          <>
            {mayChange && <Button onClick={() => setAsking('add')}>{t('witnesses.own.add')}</Button>}
            <Button onClick={() => setAsking('request')}>{t('witnesses.own.request')}</Button>
            {mayTake && <Button onClick={() => setAsking('take')}>{t('witnesses.own.take')}</Button>}
          </>
        }
      >
        {status.data && (
          <Body1>
            <HorizonText horizon={status.data.log.horizon} />
          </Body1>
        )}
        <Body1>{t('witnesses.own.text')}</Body1>
        {witnesses.length === 0 ? (
          <EmptyState title={t('witnesses.own.none')} text={t('witnesses.own.noneText')} />
        ) : (
          <PlainTable
            label={t('witnesses.own.title')}
            columns={columns('label', 'added', 'entries', 'cosigned', 'change')}
            rows={witnesses.map((witness) => ({
              key: witness.name,
              cells: [
                <span key="label" title={witness.name}>
                  {witness.label}
                </span>,
                <Time key="added" value={witness.addedAt} />,
                formatCount(witness.size),
                <Time key="time" value={witness.time} />,
                mayChange && (
                  <Button key="remove" size="small" onClick={() => setAsking(witness)}>
                    {t('witnesses.own.remove')}
                  </Button>
                ),
              ],
            }))}
          />
        )}
        <CommandLine command="holdfast audit witness list" />
      </Panel>
      <Panel
        title={t('witnesses.others.title')}
        actions={
          mayChange && <Button onClick={() => setAsking('cosign')}>{t('witnesses.others.cosign')}</Button>
        }
      >
        <Body1>{t('witnesses.others.text')}</Body1>
        <Facts facts={[[t('witnesses.others.key'), <Identifier key="key" value={ownKey} />]]} />
        {witnessed.length > 0 && (
          <PlainTable
            label={t('witnesses.others.title')}
            columns={columns('log', 'entries', 'cosigned')}
            rows={witnessed.map(({ logId, size, time }) => ({
              key: logId,
              cells: [logId, formatCount(size), <Time key="time" value={time} />],
            }))}
          />
        )}
      </Panel>
      <Timestamps />
      {asking === 'request' && <RequestCosignature witnesses={witnesses} onClose={close} />}
      {asking === 'take' && <TakeCosignature onClose={close} onDone={renew} />}
      {asking === 'add' && <AddWitness onClose={close} onDone={renew} />}
      {asking === 'cosign' && <Cosign onClose={close} onDone={renew} />}
      {typeof asking === 'object' && (
        <ReasonDialog
          title={t('witnesses.remove.title', { label: asking.label })}
          submit={t('witnesses.remove.submit')}
          command={`holdfast audit witness remove ${shellWord(asking.label)}`}
          onClose={close}
          onSubmit={async (reason) => {
            await client.audit.removeWitness({ witness: asking.name, reason });
            await renew();
          }}
        >
          <Body1>{t('witnesses.remove.text')}</Body1>
        </ReasonDialog>
      )}
    </>,
  );
}

type Column = 'label' | 'added' | 'entries' | 'cosigned' | 'change' | 'log';

const columns = (...names: readonly Column[]) => names.map((name) => t(`witnesses.columns.${name}`));
