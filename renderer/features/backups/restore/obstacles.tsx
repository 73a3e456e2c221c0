import { MessageBar, MessageBarBody } from '@fluentui/react-components';
import { t } from '../../../i18n/translate.ts';

/** What stands in the way of a restore, in the core's words. */
export function Obstacles({ obstacles }: { readonly obstacles: readonly string[] }) {
  return (
    <MessageBar intent="error" layout="multiline" role="alert">
      <MessageBarBody>
        {t('restore.preflight.obstacles')}
        <ul>
          {obstacles.map((obstacle) => (
            <li key={obstacle}>{obstacle}</li>
          ))}
        </ul>
      </MessageBarBody>
    </MessageBar>
  );
}
