import { Button, makeStyles } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { Breach } from '../../../../shared/contract/audit/breaches.ts';
import { useAllowed } from '../../../app/session.tsx';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { ReasonDialog } from '../../../ui/reason-dialog.tsx';
import { DecideDialog } from './decide-dialog.tsx';
import { AuthorityDialog, ControllerDialog, PeopleDialog } from './notice-dialogs.tsx';

const useStyles = makeStyles({ buttons: { display: 'flex', flexWrap: 'wrap', gap: '8px' } });

type Asking = 'authority' | 'controller' | 'people' | 'decide' | 'close' | 'reopen';

/** What can be done with a record now, by whoever may. */
export function BreachActions({ breach }: { readonly breach: Breach }) {
  const styles = useStyles();
  const { client, query } = useApi();
  const queries = useQueryClient();
  const [, go] = useLocation();
  const [mayWrite, mayDecide] = [useAllowed('breaches:write'), useAllowed('breaches:decide')];
  const [asking, setAsking] = useState<Asking>();
  const { id: breachId, state, role, risk, told, missing } = breach;
  const done = async () => {
    await queries.invalidateQueries({ queryKey: query.audit.key() });
    await queries.invalidateQueries({ queryKey: query.suite.key() });
  };
  const dialog = { breach, onDone: done, onClose: () => setAsking(undefined) };
  const decidable =
    role !== 'processor' &&
    ((missing.includes('authority') && risk === 'unlikely') ||
      (state !== 'closed' && risk === 'high' && told.length === 0));
  const ask = (what: Asking, primary = false) => (
    <Button size="small" appearance={primary ? 'primary' : 'secondary'} onClick={() => setAsking(what)}>
      {t(`breaches.actions.${what}`)}
    </Button>
  );
  return (
    <>
      <div className={styles.buttons}>
        {mayWrite && state !== 'closed' && (
          <Button size="small" onClick={() => go(`/audit/breaches/record?breach=${breachId}`)}>
            {t('breaches.actions.change')}
          </Button>
        )}
        {mayDecide && state !== 'closed' && ask('authority', missing.includes('authority'))}
        {mayDecide &&
          state !== 'closed' &&
          role !== 'controller' &&
          ask('controller', missing.includes('controllers'))}
        {mayDecide && state !== 'closed' && ask('people')}
        {mayDecide && decidable && ask('decide')}
        {mayDecide && state !== 'closed' && missing.length === 0 && ask('close')}
        {mayDecide && state === 'closed' && ask('reopen')}
      </div>
      {asking === 'authority' && <AuthorityDialog {...dialog} />}
      {asking === 'controller' && <ControllerDialog {...dialog} />}
      {asking === 'people' && <PeopleDialog {...dialog} />}
      {asking === 'decide' && <DecideDialog {...dialog} />}
      {(asking === 'close' || asking === 'reopen') && (
        <ReasonDialog
          title={t(`breaches.${asking}.title`)}
          submit={t(`breaches.${asking}.submit`)}
          command={`holdfast breach ${asking} ${breachId}`}
          onSubmit={async (reason) => {
            if (asking === 'close') await client.audit.closeBreach({ breachId, reason });
            else await client.audit.reopenBreach({ breachId, reason });
            await done();
          }}
          onClose={dialog.onClose}
        >
          <p>{t(`breaches.${asking}.text`)}</p>
        </ReasonDialog>
      )}
    </>
  );
}
