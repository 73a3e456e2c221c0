import { Body1, Button, makeStyles } from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ForwardDestination } from '../../../../shared/contract/audit/forwarding.ts';
import { useAllowed } from '../../../app/session.tsx';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { CommandLine, shellWord } from '../../../ui/command-line.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { Page } from '../../../ui/page.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { ReasonDialog } from '../../../ui/reason-dialog.tsx';
import { TextLink } from '../../../ui/text-link.tsx';
import { AddDestination } from './add-destination.tsx';
import { ChangeDestination } from './change-destination.tsx';
import { DeadLetters } from './dead-letters.tsx';
import { DestinationRow, type Way } from './destination-row.tsx';
import { tableStyle } from './table-styles.ts';

const useStyles = makeStyles({
  table: {
    ...tableStyle,
    '& td:first-child': { minWidth: '200px' },
    '& td:last-child': { minWidth: '150px' },
  },
});

const columns = ['name', 'state', 'progress', 'ways'] as const;

interface Chosen {
  readonly way: Way;
  readonly id: string;
}

/** Others that get the entries of the log, how far each is, and what can be done. */
export function Forwarding() {
  const styles = useStyles();
  const { client, query } = useApi();
  const queries = useQueryClient();
  const [mayTest, mayChange] = [useAllowed('audit:write'), useAllowed('operators:write')];
  const [adding, setAdding] = useState(false);
  const [chosen, setChosen] = useState<Chosen>();
  const [testing, setTesting] = useState(false);
  const [said, setSaid] = useState<string>();
  const [error, setError] = useState<unknown>();
  const found = useQuery(query.audit.listDestinations.queryOptions({ input: {}, refetchInterval: 3_000 }));
  const items = found.data?.items ?? [];
  const renew = () => queries.invalidateQueries();
  const close = () => setChosen(undefined);

  async function doing(work: () => Promise<unknown>) {
    setError(undefined);
    setSaid(undefined);
    try {
      await work();
    } catch (refused) {
      setError(refused);
    }
    await renew();
  }

  function choose(way: Way, { id, name }: ForwardDestination) {
    if (way === 'resume') void doing(() => client.audit.resumeDestination({ destinationId: id }));
    else if (way === 'test') {
      setTesting(true);
      void doing(async () => {
        const { durationMs } = await client.audit.testDestination({ destinationId: id });
        setSaid(t('forwarding.works', { name, ms: durationMs }));
      }).finally(() => setTesting(false));
    } else setChosen({ way, id });
  }

  const destination = items.find(({ id }) => id === chosen?.id);
  const add = mayChange && <Button onClick={() => setAdding(true)}>{t('forwarding.add')}</Button>;
  return (
    <Page
      title={t('forwarding.title')}
      above={<TextLink href="/audit">{t('shell.navigation.audit')}</TextLink>}
    >
      <Panel title={t('forwarding.destinations')} actions={items.length > 0 && add}>
        <Body1>{t('forwarding.text')}</Body1>
        <ErrorNote error={found.error} onRetry={() => void found.refetch()} />
        <ErrorNote error={error} />
        <div role="status">{said}</div>
        {found.data !== undefined && items.length === 0 && (
          <EmptyState title={t('forwarding.none')} text={t('forwarding.noneText')} action={add} />
        )}
        {items.length > 0 && (
          <table className={styles.table} aria-label={t('forwarding.destinations')}>
            <thead>
              <tr>
                {columns.map((column) => (
                  <th key={column} scope="col">
                    {t(`forwarding.columns.${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <DestinationRow
                  key={item.id}
                  destination={item}
                  busy={testing}
                  ways={[
                    ...(mayTest ? (['test'] as const) : []),
                    ...(mayChange
                      ? ([item.state === 'paused' ? 'resume' : 'pause', 'change', 'remove'] as const)
                      : []),
                  ]}
                  onChoose={(way) => choose(way, item)}
                />
              ))}
            </tbody>
          </table>
        )}
        <CommandLine command="holdfast audit forward list" />
      </Panel>
      {adding && <AddDestination onAdded={renew} onClose={() => setAdding(false)} />}
      {destination && chosen?.way === 'change' && (
        <ChangeDestination destination={destination} onChanged={renew} onClose={close} />
      )}
      {destination && chosen?.way === 'letters' && (
        <DeadLetters destination={destination} onChanged={renew} onClose={close} />
      )}
      {destination && (chosen?.way === 'pause' || chosen?.way === 'remove') && (
        <End destination={destination} way={chosen.way} onChanged={renew} onClose={close} />
      )}
    </Page>
  );
}

interface EndProps {
  readonly destination: ForwardDestination;
  readonly way: 'pause' | 'remove';
  readonly onChanged: () => Promise<unknown>;
  readonly onClose: () => void;
}

/** Lets it rest, or go. */
function End({ destination: { id: destinationId, name }, way, onChanged, onClose }: EndProps) {
  const { client } = useApi();
  const texts = way === 'pause' ? 'pausing' : 'removing';
  return (
    <ReasonDialog
      title={t(`forwarding.${texts}.title`, { name })}
      submit={t(`forwarding.${texts}.submit`)}
      command={`holdfast audit forward ${way} ${shellWord(name)}`}
      onClose={onClose}
      onSubmit={async (reason) => {
        if (way === 'pause') await client.audit.pauseDestination({ destinationId, reason });
        else await client.audit.removeDestination({ destinationId, reason });
        await onChanged();
      }}
    >
      <Body1>{t(`forwarding.${texts}.text`)}</Body1>
    </ReasonDialog>
  );
}
