import { Body1 } from '@fluentui/react-components';
import { t } from '../../../i18n/translate.ts';

/** Whether the window of the desktop tells of alerts by notifications; nothing in a browser, where there are none. */
export function Notified() {
  const host = document.querySelector('meta[name="notifications"]')?.getAttribute('content');
  if (host !== 'shown' && host !== 'unsupported') return null;
  return <Body1>{t(`alerts.notifications.${host}`)}</Body1>;
}
