import { t } from '../../../i18n/translate.ts';
import type { WizardStep } from '../../../ui/wizard.tsx';
import { restoreSteps } from './plan.ts';

export function restoreWizardSteps(): readonly WizardStep[] {
  return ([...restoreSteps, 'run', 'done'] as const).map((key) => ({
    key,
    title: t(`setup.restore.steps.${key}`),
  }));
}
