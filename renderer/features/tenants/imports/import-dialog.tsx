import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
  makeStyles,
  Radio,
  RadioGroup,
} from '@fluentui/react-components';
import { useRef, useState } from 'react';
import type { Tenant } from '../../../../shared/contract/tenants.ts';
import { collectionPattern } from '../../../../shared/ids.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { discardUpload, type TransferFile, upload } from '../../../rpc/transfers.ts';
import { CommandLine, shellWord } from '../../../ui/command-line.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { FileChoice } from '../../../ui/file-choice.tsx';
import { JobPanel } from '../../../ui/job-panel.tsx';
import { SendingFile } from '../../../ui/sending-file.tsx';
import { ImportResult } from './import-result.tsx';

const useStyles = makeStyles({ content: { display: 'flex', flexDirection: 'column', gap: '12px' } });

interface ImportDialogProps {
  readonly tenant: Tenant;
  readonly collection: string | undefined;
  readonly onClose: () => void;
}

/** Sends a file and imports it: progress and cancel, then how many came in and which lines did not. */
export function ImportDialog({ tenant, collection: given, onClose }: ImportDialogProps) {
  const styles = useStyles();
  const { client } = useApi();
  const [collection, setCollection] = useState(given ?? '');
  const [file, setFile] = useState<File>();
  const [onDamaged, setOnDamaged] = useState<'stop' | 'skip'>('stop');
  const [sent, setSent] = useState<number>();
  const sending = sent !== undefined;
  const [jobId, setJobId] = useState<string>();
  const [error, setError] = useState<unknown>();
  const stop = useRef<AbortController>(undefined);

  async function start() {
    if (file === undefined) return;
    setSent(0);
    setError(undefined);
    stop.current = new AbortController();
    try {
      const there = await upload(file, { signal: stop.current.signal, onSent: setSent });
      const started = await client.tenants.importDocuments({
        tenant: tenant.id,
        collection,
        file: there.file,
        onDamaged,
      });
      setJobId(started.jobId);
      void discardAfter(started.jobId, there);
    } catch (refused) {
      if (!stop.current.signal.aborted) setError(refused);
    } finally {
      setSent(undefined);
    }
  }

  /** The file was sent for this import only. */
  async function discardAfter(running: string, there: TransferFile) {
    try {
      for await (const { endedAt } of await client.jobs.watchJob({ jobId: running })) {
        if (endedAt !== null) await discardUpload(there);
      }
    } catch (failed) {
      setError(failed);
    }
  }

  return (
    <Dialog open onOpenChange={(_, { open }) => open || sending || onClose()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t('tenants.import.title')}</DialogTitle>
          <DialogContent className={styles.content}>
            {jobId === undefined ? (
              <>
                <p>{t('tenants.import.text')}</p>
                <Field label={t('tenants.data.collection')} hint={t('tenants.data.collectionHint')} required>
                  <Input
                    value={collection}
                    onChange={(_, { value }) => setCollection(value)}
                    spellCheck={false}
                  />
                </Field>
                <FileChoice
                  label={t('tenants.import.file')}
                  accept=".jsonl,.ndjson"
                  file={file}
                  onChange={setFile}
                />
                <Field label={t('tenants.import.damaged')}>
                  <RadioGroup
                    value={onDamaged}
                    onChange={(_, { value }) => setOnDamaged(value === 'skip' ? 'skip' : 'stop')}
                  >
                    <Radio value="stop" label={t('tenants.import.stop')} />
                    <Radio value="skip" label={t('tenants.import.skip')} />
                  </RadioGroup>
                </Field>
                {sending && <SendingFile share={sent} />}
                <CommandLine
                  command={`holdfast data import ${shellWord(file?.name ?? 'FILE')} --tenant ${tenant.slug} --collection ${collection || 'COLLECTION'}`}
                />
                <ErrorNote error={error} />
              </>
            ) : (
              <JobPanel jobId={jobId} done={({ result }) => <ImportResult result={result} />} />
            )}
          </DialogContent>
          <DialogActions>
            {jobId === undefined ? (
              <>
                <Button onClick={() => (sending ? stop.current?.abort() : onClose())}>
                  {t('common.cancel')}
                </Button>
                <Button
                  appearance="primary"
                  disabled={sending || file === undefined || !collectionPattern.test(collection)}
                  onClick={() => void start()}
                >
                  {t('tenants.import.submit')}
                </Button>
              </>
            ) : (
              <Button appearance="primary" onClick={onClose}>
                {t('tenants.import.close')}
              </Button>
            )}
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
