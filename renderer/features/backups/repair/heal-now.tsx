import {
  Body1,
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  makeStyles,
} from '@fluentui/react-components';
import { useEffect, useRef, useState } from 'react';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { CommandLine } from '../../../ui/command-line.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { JobPanel } from '../../../ui/job-panel.tsx';
import { list, member, number, text } from '../../../ui/json-member.ts';
import { ownerOf, ownerOption } from '../owner.ts';

const useStyles = makeStyles({
  content: { display: 'flex', flexDirection: 'column', gap: '12px' },
});

interface HealNowProps {
  /** null: the installation's own. */
  readonly tenantId: string | null;
  readonly onClose: () => void;
}

/** Reads every pack and says what would be done; then does it, when asked. */
export function HealNow({ tenantId, onClose }: HealNowProps) {
  const styles = useStyles();
  const { client } = useApi();
  const [planId, setPlanId] = useState<string>();
  const [planned, setPlanned] = useState(false);
  const [repairId, setRepairId] = useState<string>();
  const [error, setError] = useState<unknown>();
  const asked = useRef(false);
  const owner = ownerOf(tenantId);

  useEffect(() => {
    if (asked.current) return;
    asked.current = true;
    client.backups.planRepair(owner).then(({ jobId }) => setPlanId(jobId), setError);
  });

  async function heal() {
    setError(undefined);
    try {
      setRepairId((await client.backups.repairBackups(owner)).jobId);
    } catch (refused) {
      setError(refused);
    }
  }

  return (
    <Dialog modalType="alert" open onOpenChange={(_, { open }) => open || onClose()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t('repair.heal.title')}</DialogTitle>
          <DialogContent className={styles.content}>
            <Body1>{t('repair.heal.text')}</Body1>
            <ErrorNote error={error} />
            {planId !== undefined && repairId === undefined && (
              <JobPanel
                jobId={planId}
                done={({ result }) => <Plan result={result} onShown={() => setPlanned(true)} />}
              />
            )}
            {repairId !== undefined && (
              <JobPanel jobId={repairId} done={({ result }) => <Done result={result} />} />
            )}
            <CommandLine
              command={`holdfast backup repair ${ownerOption(owner)}${repairId === undefined ? ' --plan' : ''}`}
            />
          </DialogContent>
          <DialogActions>
            <Button onClick={onClose} autoFocus>
              {t('common.close')}
            </Button>
            {repairId === undefined && (
              <Button appearance="primary" disabledFocusable={!planned} onClick={() => void heal()}>
                {t('repair.heal.submit')}
              </Button>
            )}
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

function Plan({ result, onShown }: { readonly result: unknown; readonly onShown: () => void }) {
  useEffect(onShown);
  const damage = list(result, 'damage');
  const counts = {
    count: number(result, 'damagedFiles'),
    relisted: number(result, 'packsRelisted'),
    salvaged: number(result, 'blobsSalvaged'),
    lost: number(result, 'blobsLost'),
  };
  return (
    <>
      <Body1>
        {Object.values(counts).every((each) => each === 0)
          ? t('repair.heal.nothing')
          : t('repair.heal.plan', counts)}
      </Body1>
      <ul hidden={damage.length === 0}>
        {damage.map((each) => (
          <li key={`${text(each, 'file')} ${text(each, 'what')}`}>
            <code>{text(each, 'file')}</code>: {text(each, 'what')}{' '}
            {text(each, 'copy') === ''
              ? t('repair.heal.noCopy')
              : t('repair.heal.copy', { name: text(each, 'copy') })}
          </li>
        ))}
      </ul>
    </>
  );
}

function Done({ result }: { readonly result: unknown }) {
  const damaged = list(result, 'damagedSnapshots');
  return (
    <>
      <Body1>
        {member(result, 'ok') === true
          ? t('repair.heal.done', { count: number(result, 'healedFiles') })
          : t('repair.heal.left', { count: damaged.length })}
      </Body1>
      <ul hidden={damaged.length === 0}>
        {damaged.map((id) => (
          <li key={String(id)}>
            <code>{String(id)}</code>
          </li>
        ))}
      </ul>
    </>
  );
}
