import { Checkbox, MessageBar, MessageBarBody } from '@fluentui/react-components';
import { t } from '../../i18n/translate.ts';
import type { ShownHostKey } from './use-host-key.ts';

/** It comes up in a long dialog. */
const bringIntoView = (element: HTMLElement | null) => element?.scrollIntoView({ block: 'nearest' });

/** Asks to compare the host key that a server shows; nothing while none was shown. */
export function HostKey({ shown }: { readonly shown: ShownHostKey }) {
  const { fingerprint, confirmed, confirm } = shown;
  if (fingerprint === undefined) return null;
  return (
    <div ref={bringIntoView}>
      <MessageBar intent="warning" layout="multiline">
        <MessageBarBody>
          {t('targets.hostKey.text')}
          <br />
          <code style={{ overflowWrap: 'anywhere' }}>{fingerprint}</code>
        </MessageBarBody>
      </MessageBar>
      <Checkbox
        checked={confirmed}
        onChange={(_, { checked }) => confirm(checked === true)}
        label={t('targets.hostKey.confirm')}
      />
    </div>
  );
}
