import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
} from '@fluentui/react-components';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { JobPanel } from '../../../ui/job-panel.tsx';
import { text } from '../../../ui/json-member.ts';

/** A tenant to try things on, made in one click. */
export function SampleDialog({ onClose }: { readonly onClose: () => void }) {
  const { client } = useApi();
  const [, go] = useLocation();
  const [jobId, setJobId] = useState<string>();
  const [error, setError] = useState<unknown>();

  async function start() {
    setError(undefined);
    try {
      const started = await client.tenants.createSampleTenant({});
      setJobId(started.jobId);
    } catch (refused) {
      setError(refused);
    }
  }

  return (
    <Dialog open onOpenChange={(_, { open }) => open || onClose()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t('tenants.list.sample')}</DialogTitle>
          <DialogContent>
            <p>{t('tenants.sample.text')}</p>
            <ErrorNote error={error} />
            {jobId !== undefined && (
              <JobPanel
                jobId={jobId}
                done={({ result }) => (
                  <Button appearance="primary" onClick={() => go(`/tenants/${text(result, 'id')}`)}>
                    {t('tenants.sample.open')}
                  </Button>
                )}
              />
            )}
          </DialogContent>
          <DialogActions>
            <Button onClick={onClose}>{t('common.close')}</Button>
            {jobId === undefined && (
              <Button appearance="primary" onClick={() => void start()}>
                {t('tenants.list.sample')}
              </Button>
            )}
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
