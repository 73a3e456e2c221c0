import { Button, makeStyles } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { Tenant } from '../../../../shared/contract/tenants.ts';
import { useAllowed } from '../../../app/session.tsx';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { CommandLine } from '../../../ui/command-line.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { JobPanel } from '../../../ui/job-panel.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { EraseDialog } from '../erasure/erase-dialog.tsx';
import { Erased } from '../erasure/erased.tsx';
import { ChangeTier } from './change-tier.tsx';
import { RenameTenant } from './rename-tenant.tsx';

const useStyles = makeStyles({
  buttons: { display: 'flex', gap: '8px', flexWrap: 'wrap' },
});

type Asking = 'rename' | 'tier' | 'suspend' | 'remove' | 'erase';

/** What can be done with a tenant as a whole. */
export function TenantActions({ tenant }: { readonly tenant: Tenant }) {
  const styles = useStyles();
  const { client, query } = useApi();
  const queries = useQueryClient();
  const [, go] = useLocation();
  const [asking, setAsking] = useState<Asking>();
  const [removal, setRemoval] = useState<string>();
  const [refusal, setRefusal] = useState<unknown>();
  const mayWrite = useAllowed('tenants:write');
  const close = () => setAsking(undefined);
  const changed = () => queries.invalidateQueries({ queryKey: query.tenants.key() });
  const { id, name, slug, state, sample } = tenant;
  if (!mayWrite) return null;

  async function resume() {
    setRefusal(undefined);
    try {
      await client.tenants.resumeTenant({ tenant: id });
      await changed();
    } catch (refused) {
      setRefusal(refused);
    }
  }

  return (
    <Panel title={t('tenants.overview.actions')}>
      <div className={styles.buttons}>
        <Button onClick={() => setAsking('rename')}>{t('tenants.overview.rename')}</Button>
        <Button onClick={() => setAsking('tier')}>{t('tenants.overview.tier')}</Button>
        {state === 'active' ? (
          <Button onClick={() => setAsking('suspend')}>{t('tenants.overview.suspend')}</Button>
        ) : (
          <Button onClick={() => void resume()}>{t('tenants.overview.resume')}</Button>
        )}
        {sample ? (
          <Button onClick={() => setAsking('remove')} disabled={removal !== undefined}>
            {t('tenants.sample.remove')}
          </Button>
        ) : (
          <Button onClick={() => setAsking('erase')} disabled={removal !== undefined}>
            {t('erasure.action')}
          </Button>
        )}
      </div>
      <ErrorNote error={refusal} />
      <CommandLine
        command={`holdfast tenant ${state === 'active' ? 'suspend' : 'resume'} --tenant ${slug}`}
      />
      {removal !== undefined && (
        <JobPanel
          jobId={removal}
          onClose={() => setRemoval(undefined)}
          done={(job) =>
            sample ? (
              <>
                <p>{t('tenants.sample.removed')}</p>
                <Button appearance="primary" onClick={() => go('/tenants')}>
                  {t('tenants.sample.back')}
                </Button>
              </>
            ) : (
              <Erased tenant={tenant} job={job} />
            )
          }
        />
      )}
      {asking === 'erase' && <EraseDialog tenant={tenant} onStarted={setRemoval} onClose={close} />}
      {asking === 'rename' && <RenameTenant tenant={tenant} onClose={close} />}
      {asking === 'tier' && <ChangeTier tenant={tenant} onClose={close} />}
      {asking === 'suspend' && (
        <ConfirmDialog
          title={t('tenants.overview.suspendTitle', { name })}
          confirm={t('tenants.overview.suspend')}
          onClose={close}
          onConfirm={async () => {
            await client.tenants.suspendTenant({ tenant: id });
            await changed();
          }}
        >
          <p>{t('tenants.overview.suspendText')}</p>
        </ConfirmDialog>
      )}
      {asking === 'remove' && (
        <ConfirmDialog
          title={t('tenants.sample.removeTitle', { name })}
          confirm={t('tenants.sample.remove')}
          typed={slug}
          onClose={close}
          onConfirm={async () => {
            const { jobId } = await client.tenants.deleteSampleTenant({ tenant: id });
            setRemoval(jobId);
          }}
        >
          <p>{t('tenants.sample.removeText')}</p>
        </ConfirmDialog>
      )}
    </Panel>
  );
}
