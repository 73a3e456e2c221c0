import { MessageBar, MessageBarBody } from '@fluentui/react-components';
import { t } from '../../../i18n/translate.ts';
import type { Plan } from './plan.ts';

/** What is worth knowing before a restore, and does not stand in its way. */
export function Warnings({ warnings }: Pick<Plan, 'warnings'>) {
  return (
    <MessageBar intent="warning" layout="multiline">
      <MessageBarBody>
        {t('restore.preflight.warnings')}
        <ul>
          {warnings.map(({ kind, subject, count, examples }) => (
            <li key={kind}>
              {t(`restore.warnings.${kind}`, { subject, count })}
              {examples.length > 0 && ` ${t('restore.preflight.examples', { names: examples.join(', ') })}`}
            </li>
          ))}
        </ul>
      </MessageBarBody>
    </MessageBar>
  );
}
