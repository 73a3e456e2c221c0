import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  MessageBar,
  MessageBarBody,
  makeStyles,
  Textarea,
} from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { ForgetPlan } from '../../../../shared/contract/backups/forget.ts';
import { forgetObstacles, keepReasons } from '../../../../shared/retention.ts';
import { useAllowed } from '../../../app/session.tsx';
import { formatBytes } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { CommandLine, shellWord } from '../../../ui/command-line.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { isReason } from '../../../ui/is-reason.ts';
import { JobPanel } from '../../../ui/job-panel.tsx';
import { list, member, number, text } from '../../../ui/json-member.ts';
import { Time } from '../../../ui/time.tsx';
import { useSearch } from '../../../ui/use-search.ts';

const useStyles = makeStyles({
  content: { display: 'flex', flexDirection: 'column', gap: '12px' },
});

/** Removes one snapshot by hand, after a look at what would be lost. */
export function ForgetSnapshot({ snapshotId }: { readonly snapshotId: string }) {
  const { client } = useApi();
  const mayRemove = useAllowed('backups:restore');
  const [planId, setPlanId] = useState<string>();
  const [error, setError] = useState<unknown>();
  if (!mayRemove) return null;

  async function look() {
    setError(undefined);
    try {
      setPlanId((await client.backups.planForget({ snapshotId })).jobId);
    } catch (refused) {
      setError(refused);
    }
  }
  return (
    <div>
      <Button onClick={() => void look()}>{t('repair.forget.open')}</Button>
      <ErrorNote error={error} />
      {planId !== undefined && (
        <ForgetDialog snapshotId={snapshotId} planId={planId} onClose={() => setPlanId(undefined)} />
      )}
    </div>
  );
}

interface ForgetDialogProps {
  readonly snapshotId: string;
  readonly planId: string;
  readonly onClose: () => void;
}

function ForgetDialog({ snapshotId, planId, onClose }: ForgetDialogProps) {
  const { client, query } = useApi();
  const queries = useQueryClient();
  const styles = useStyles();
  const [, set] = useSearch();
  const [planned, setPlanned] = useState<ForgetPlan['outcome']>();
  const [reason, setReason] = useState('');
  const [jobId, setJobId] = useState<string>();
  const [error, setError] = useState<unknown>();
  const given = reason.trim();

  async function remove() {
    setError(undefined);
    try {
      setJobId((await client.backups.forgetSnapshot({ snapshotId, reason: given })).jobId);
    } catch (refused) {
      setError(refused);
    }
  }
  const close = () => {
    onClose();
    if (jobId === undefined) return;
    set({ snapshot: undefined });
    void queries.invalidateQueries({ queryKey: query.backups.key() });
  };
  return (
    <Dialog modalType="alert" open onOpenChange={(_, { open }) => open || close()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t('repair.forget.title')}</DialogTitle>
          <DialogContent className={styles.content}>
            {jobId === undefined ? (
              <JobPanel
                jobId={planId}
                done={({ result }) => <Planned result={result} onShown={setPlanned} />}
              />
            ) : (
              <JobPanel
                jobId={jobId}
                done={({ result }) =>
                  t(`repair.forget.done.${text(result, 'outcome') === 'marked' ? 'marked' : 'removed'}`)
                }
              />
            )}
            {jobId === undefined && planned !== undefined && planned !== 'refused' && (
              <>
                <Field label={t('retention.reason')} hint={t('retention.reasonHint')} required>
                  <Textarea value={reason} onChange={(_, { value }) => setReason(value)} maxLength={1000} />
                </Field>
                <CommandLine
                  command={`holdfast backup forget ${snapshotId.slice(0, 12)} --reason ${shellWord(given || 'REASON')}`}
                />
              </>
            )}
            <ErrorNote error={error} />
          </DialogContent>
          <DialogActions fluid>
            <Button onClick={close} autoFocus>
              {t(jobId === undefined && planned !== 'refused' ? 'common.cancel' : 'common.close')}
            </Button>
            {jobId === undefined && planned !== undefined && planned !== 'refused' && (
              <Button appearance="primary" disabledFocusable={!isReason(given)} onClick={() => void remove()}>
                {t('repair.forget.submit')}
              </Button>
            )}
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

interface PlannedProps {
  readonly result: unknown;
  readonly onShown: (outcome: ForgetPlan['outcome']) => void;
}

function Planned({ result, onShown }: PlannedProps) {
  const known = <Value extends string>(values: readonly Value[], name: string) =>
    values.find((value) => value === text(result, name));
  const state = known<ForgetPlan['state']>(['sound', 'damaged', 'missing'], 'state') ?? 'damaged';
  const outcome = known<ForgetPlan['outcome']>(['marked', 'removed', 'refused'], 'outcome') ?? 'refused';
  useEffect(() => onShown(outcome), [onShown, outcome]);
  const problem = text(result, 'problem');
  const said = list(result, 'obstacles');
  const obstacles = forgetObstacles.filter((obstacle) => said.includes(obstacle));
  const why = list(result, 'reasons');
  const reasons = keepReasons.filter((reason) => why.includes(reason));
  const time = (name: string) => (text(result, name) === '' ? null : text(result, name));
  const copies = list(result, 'copies').map(String);
  const none = t('repair.forget.none');
  return (
    <>
      <MessageBar intent={outcome === 'marked' ? 'info' : 'warning'} layout="multiline">
        <MessageBarBody>
          {t(`repair.forget.state.${state}`)}
          {problem === '' ? '. ' : `: ${problem}. `}
          {t(`repair.forget.outcome.${outcome}`)}{' '}
          {obstacles.map((obstacle) => t(`repair.forget.obstacles.${obstacle}`)).join(' ')}
        </MessageBarBody>
      </MessageBar>
      <Facts
        facts={[
          [t('repair.forget.lost'), <Time key="time" value={time('time')} />],
          [t('repair.forget.before'), <Time key="before" value={time('before')} missing={none} />],
          [t('repair.forget.after'), <Time key="after" value={time('after')} missing={none} />],
          [
            t('repair.forget.kept'),
            reasons.length === 0
              ? none
              : reasons.map((reason) => t(`retention.reasons.${reason}`)).join(', '),
          ],
          [
            t('repair.forget.frees'),
            typeof member(result, 'bytesFreed') === 'number'
              ? formatBytes(number(result, 'bytesFreed'))
              : t('repair.forget.notKnown'),
          ],
          [
            t('repair.forget.copies'),
            copies.length === 0 ? none : t('repair.forget.copiesText', { names: copies.join(', ') }),
          ],
        ]}
      />
    </>
  );
}
