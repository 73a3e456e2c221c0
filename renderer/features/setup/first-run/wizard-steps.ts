import { t } from '../../../i18n/translate.ts';
import type { WizardStep } from '../../../ui/wizard.tsx';
import { steps } from './draft.ts';

/** All of the first run, on both sides of the making of the installation. */
export function wizardSteps(): readonly WizardStep[] {
  return ([...steps, 'recovery', 'done'] as const).map((key) => ({
    key,
    title: t(`setup.firstRun.steps.${key}`),
  }));
}
