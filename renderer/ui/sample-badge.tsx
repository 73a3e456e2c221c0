import { Badge } from '@fluentui/react-components';
import { t } from '../i18n/translate.ts';

/** Marks what was made from sample data. */
export function SampleBadge() {
  return (
    <Badge appearance="outline" color="informative">
      {t('common.sample')}
    </Badge>
  );
}
