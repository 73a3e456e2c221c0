import { Button } from '@fluentui/react-components';
import { t } from '../i18n/translate.ts';

/** Ends Holdfast and starts it again, where this window is its own; in a browser there is nothing to press. */
export function RestartApp() {
  if (window.location.protocol !== 'app:') return null;
  return (
    <Button onClick={() => window.postMessage({ holdfast: 'restart' }, window.location.origin)}>
      {t('common.restartApp')}
    </Button>
  );
}
