import { Button, Checkbox, MessageBar, MessageBarBody, Spinner } from '@fluentui/react-components';
import { type PlainKey, t } from '../../../i18n/translate.ts';
import { ChangesTable } from './changes-table.tsx';
import { OwnWarnings } from './own-warnings.tsx';
import { endangered, isClear, type Plan } from './plan.ts';
import { Preflight } from './preflight.tsx';
import type { RestoreDraft } from './restore-draft.ts';
import type { RestoreWork } from './use-restore.ts';

interface ConflictsStepProps {
  readonly draft: RestoreDraft;
  readonly work: RestoreWork;
  readonly onAccept: (accepted: boolean) => void;
  readonly onAgain: () => void;
}

/** Step 4: what stands in the way, and what would be lost, which has to be agreed to. */
export function ConflictsStep({ draft, work, onAccept, onAgain }: ConflictsStepProps) {
  const { plan, planJob, loss } = work;
  const own = draft.source === 'installation';
  const compares = plan?.to === 'folder';
  const waiting = plan === undefined && planJob.job === undefined && planJob.failure === undefined;
  return (
    <>
      {waiting ? (
        <Spinner label={t('common.loading')} />
      ) : (
        <Preflight followed={planJob} plan={plan} onAgain={onAgain} />
      )}
      {isClear(plan) && (
        <>
          {plan.to !== 'in-place' && <p>{t(`restore.conflicts.nothing.${plan.to}`)}</p>}
          {own && <p>{t(ownText(plan))}</p>}
          {plan.changes.length > 0 && (
            <ChangesTable
              changes={plan.changes}
              last={plan.to === 'parts' ? 'unchanged' : 'lost'}
              own={own}
              compares={compares}
            />
          )}
          {own && <LosesAccess plan={plan} />}
          {own && <OwnWarnings plan={plan} />}
          {loss === 'looking' && <Spinner label={t('common.loading')} />}
          {loss === 'nothing' && plan.to === 'in-place' && plan.changes.length === 0 && (
            <p>{t('restore.conflicts.same')}</p>
          )}
          {(loss === 'unreadable' || loss === 'unknown') && (
            <MessageBar intent="warning" layout="multiline">
              <MessageBarBody>{t(`restore.conflicts.${loss}`)}</MessageBarBody>
            </MessageBar>
          )}
          {loss !== 'nothing' && loss !== 'looking' && (
            <Checkbox
              label={
                loss === 'rows'
                  ? t('restore.conflicts.accept', { count: endangered(plan) })
                  : t(loss === 'access' ? 'restore.conflicts.acceptOwn' : 'restore.conflicts.acceptAll')
              }
              checked={draft.accepted !== undefined && draft.accepted === draft.plan}
              onChange={(_, { checked }) => onAccept(checked === true)}
            />
          )}
          <div>
            <Button onClick={onAgain}>{t('restore.conflicts.again')}</Button>
          </div>
        </>
      )}
    </>
  );
}

function ownText({ to, changes }: Plan): PlainKey {
  if (to === 'in-place') {
    return changes.length > 0 ? 'restore.conflicts.inPlaceText' : 'restore.conflicts.inPlaceSame';
  }
  return changes.length > 0 ? 'restore.conflicts.ownText' : 'restore.conflicts.ownSame';
}

const kinds = ['operators', 'principals', 'apiKeys', 'tenants'] as const;

/** How many can do less afterwards, of each kind. */
function LosesAccess({ plan: { loseAccess } }: { readonly plan: Plan }) {
  const lost = kinds.filter((kind) => loseAccess[kind] > 0);
  if (lost.length === 0) return null;
  return (
    <div>
      {t('restore.conflicts.loseAccess')}
      <ul>
        {lost.map((kind) => (
          <li key={kind}>{t(`restore.conflicts.loses.${kind}`, { count: loseAccess[kind] })}</li>
        ))}
      </ul>
    </div>
  );
}
