import { Body1, Link } from '@fluentui/react-components';
import { t } from '../../../i18n/translate.ts';
import { toFailure } from '../../../rpc/failure.ts';
import { CommandLine, shellWord } from '../../../ui/command-line.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { Facts } from '../../../ui/facts.tsx';
import type { Draft, Step } from './draft.ts';

interface SummaryStepProps {
  readonly draft: Draft;
  readonly dataFolder: string;
  readonly error: unknown;
  readonly onGo: (step: Step) => void;
}

export function SummaryStep({ draft, dataFolder, error, onGo }: SummaryStepProps) {
  const inside = draft.target === 'inside';
  return (
    <>
      <Body1>{t('setup.firstRun.summary.text')}</Body1>
      <Facts
        facts={[
          [t('setup.firstRun.summary.owner'), draft.ownerName],
          [
            t('setup.firstRun.summary.keys'),
            draft.secrets === 'keychain'
              ? t('setup.firstRun.keys.keychain')
              : t('setup.firstRun.keys.passphrase'),
          ],
          [t('setup.firstRun.summary.target'), inside ? t('setup.firstRun.target.inside') : draft.folder],
          [t('setup.firstRun.summary.folder'), dataFolder],
        ]}
      />
      <CommandLine command={commandOf(draft, dataFolder)} />
      <ErrorNote error={error} />
      {error !== undefined && (
        <Link as="button" type="button" onClick={() => onGo(stepToMend(error))}>
          {t('setup.firstRun.summary.mend', { step: t(`setup.firstRun.steps.${stepToMend(error)}`) })}
        </Link>
      )}
    </>
  );
}

function commandOf({ ownerName, secrets, target, folder }: Draft, dataFolder: string): string {
  const where = target === 'folder' ? ` --target ${shellWord(folder.trim())}` : '';
  const keys = secrets === 'keychain' ? '--keychain' : '--passphrase-only';
  return `holdfast init --data ${shellWord(dataFolder)} --owner ${shellWord(ownerName)} ${keys}${where}`;
}

/** Where what stood in the way can be changed. */
function stepToMend(error: unknown): Step {
  const { code, data } = toFailure(error);
  if (code === 'KEYCHAIN_UNAVAILABLE') return 'keys';
  const issues = Array.isArray(data.issues) ? data.issues : [];
  const atTarget = issues.some(
    (issue: unknown) =>
      typeof issue === 'object' && issue !== null && 'path' in issue && issue.path === 'target',
  );
  return data.where === 'target' || atTarget ? 'target' : 'owner';
}
