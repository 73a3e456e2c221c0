import { Checkbox, MessageBar, MessageBarBody } from '@fluentui/react-components';
import { t } from '../../../i18n/translate.ts';
import { toFailure } from '../../../rpc/failure.ts';

/** The fingerprint of a host key that somebody has to confirm before anything is sent to the server. */
export function shownHostKey(error: unknown): string | undefined {
  const { code, data } = toFailure(error);
  const isAsked = data.reason === 'host-key-unknown' || data.reason === 'host-key-changed';
  return code === 'CONFLICT' && isAsked && typeof data.fingerprint === 'string'
    ? data.fingerprint
    : undefined;
}

interface HostKeyProps {
  readonly fingerprint: string;
  readonly confirmed: boolean;
  readonly onConfirm: (confirmed: boolean) => void;
}

/** It comes up in a long dialog. */
const bringIntoView = (element: HTMLElement | null) => element?.scrollIntoView({ block: 'nearest' });

export function HostKey({ fingerprint, confirmed, onConfirm }: HostKeyProps) {
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
        onChange={(_, { checked }) => onConfirm(checked === true)}
        label={t('targets.hostKey.confirm')}
      />
    </div>
  );
}
