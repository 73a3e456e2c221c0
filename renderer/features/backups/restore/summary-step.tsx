import {
  Button,
  Field,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  Textarea,
} from '@fluentui/react-components';
import { tiers } from '../../../../shared/tiers.ts';
import { formatBytes, formatCount } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { CommandLine, shellWord } from '../../../ui/command-line.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { isReason } from '../../../ui/is-reason.ts';
import { problem } from '../../../ui/problem.ts';
import { Time } from '../../../ui/time.tsx';
import { useTenant } from '../../../ui/use-names.ts';
import { useCopyName } from './copy-choice.tsx';
import { linesOf } from './destination.ts';
import { type Plan, totals } from './plan.ts';
import { isFolder, type RestoreDraft } from './restore-draft.ts';

interface SummaryStepProps {
  readonly draft: RestoreDraft;
  readonly plan: Plan;
  /** The plan is a few minutes old at most. */
  readonly fresh: boolean;
  readonly tried: boolean;
  readonly onReason: (reason: string) => void;
  readonly onAgain: () => void;
}

/** Step 5: everything that was chosen, in words and numbers, and why. */
export function SummaryStep(props: SummaryStepProps) {
  const { draft, plan, fresh, tried, onReason, onAgain } = props;
  const { added, changed, lost } = totals(plan);
  const own = draft.source === 'installation';
  const name = useTenant(own ? undefined : draft.source)?.name;
  const copy = useCopyName(draft.from);
  return (
    <>
      <Facts
        facts={[
          [t('restore.summary.what'), own ? t('common.installation') : (name ?? draft.source)],
          [
            t('restore.summary.snapshot'),
            <span key="snapshot">
              <Time value={plan.exact && plan.at !== null ? plan.at : plan.snapshotTime} /> (
              {plan.exact && `${t('restore.summary.point')} `}
              <code>{plan.snapshotId.slice(0, 12)}</code>)
            </span>,
          ],
          ...(draft.from === undefined
            ? []
            : [[t('restore.summary.readFrom'), copy ?? draft.from] as [string, string]]),
          [t('restore.summary.to'), toText(plan)],
          [t('restore.summary.rows'), formatCount(plan.rows)],
          [
            t('restore.summary.files'),
            plan.referredFiles === 0
              ? formatCount(plan.files)
              : t('restore.summary.referred', {
                  files: formatCount(plan.files),
                  referred: formatCount(plan.referredFiles),
                }),
          ],
          [t('restore.summary.size'), formatBytes(plan.bytes)],
          [
            t('restore.summary.changes'),
            isFolder(draft.to) || draft.to === 'tenant'
              ? t('restore.summary.none')
              : t('restore.summary.changeText', { added, changed, lost }),
          ],
        ]}
      />
      <Field
        label={t('restore.summary.reason')}
        hint={t('restore.summary.reasonHint')}
        required
        {...problem(tried && !isReason(draft.reason) ? t('restore.summary.reasonMissing') : undefined)}
      >
        <Textarea value={draft.reason} onChange={(_, { value }) => onReason(value)} maxLength={1000} />
      </Field>
      <CommandLine command={commandOf(draft)} />
      {!fresh && (
        <MessageBar intent="warning">
          <MessageBarBody>{t('restore.summary.stale')}</MessageBarBody>
          <MessageBarActions>
            <Button onClick={onAgain}>{t('restore.conflicts.again')}</Button>
          </MessageBarActions>
        </MessageBar>
      )}
    </>
  );
}

function toText({ to, place, only, tier }: Plan): string {
  if (to === 'parts-folder')
    return t('restore.summary.partsFolder', { folder: place ?? '', parts: only.join(', ') });
  if (to === 'parts') return t('restore.summary.parts', { parts: only.join(', ') });
  if (place === null) return t('restore.summary.inPlace');
  const known = tiers.find((each) => each === tier);
  return to === 'tenant' && known !== undefined
    ? t('restore.summary.newTenant', { name: place, tier: t(`words.tier.${known}`) })
    : place;
}

function commandOf({
  source,
  snapshot,
  at,
  from: copy,
  to,
  folder,
  parts,
  name,
  tier,
  reason,
}: RestoreDraft): string {
  const what = source === 'installation' ? '--installation' : `--tenant ${source}`;
  const only = ` --only ${linesOf(parts).map(shellWord).join(' ')}`;
  const where = {
    folder: `folder:${shellWord(folder.trim())}`,
    tenant: `tenant:${shellWord(name.trim())}${tier === undefined ? '' : ` --tier ${tier}`}`,
    parts: `in-place${only}`,
    'parts-folder': `folder:${shellWord(folder.trim())}${only}`,
    'in-place': 'in-place',
  }[to ?? 'in-place'];
  const from = at === undefined ? `--snapshot ${snapshot?.slice(0, 12)}` : `--at ${at}`;
  const place = copy === undefined ? '' : ` --from-target ${copy}`;
  return `holdfast restore run ${what} ${from}${place} --to ${where} --reason ${shellWord(reason.trim() || 'REASON')}`;
}
