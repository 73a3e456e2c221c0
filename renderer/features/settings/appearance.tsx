import { Caption1, Field, Radio, RadioGroup } from '@fluentui/react-components';
import { usePreferences } from '../../app/preferences.tsx';
import { schemes } from '../../app/theme.ts';
import { t } from '../../i18n/translate.ts';
import { Panel } from '../../ui/panel.tsx';

const zones = ['local', 'utc'] as const;

/** Colours and time zone of this browser. */
export function Appearance() {
  const { preferences, change } = usePreferences();
  return (
    <Panel title={t('settings.tabs.appearance')}>
      <Field label={t('settings.appearance.scheme')}>
        <RadioGroup
          value={preferences.scheme}
          onChange={(_, { value }) => {
            const scheme = schemes.find((known) => known === value);
            if (scheme !== undefined) change({ scheme });
          }}
        >
          {schemes.map((scheme) => (
            <Radio key={scheme} value={scheme} label={t(`settings.appearance.schemes.${scheme}`)} />
          ))}
        </RadioGroup>
      </Field>
      <Field label={t('settings.appearance.zone')}>
        <RadioGroup
          value={preferences.zone}
          onChange={(_, { value }) => {
            const zone = zones.find((known) => known === value);
            if (zone !== undefined) change({ zone });
          }}
        >
          {zones.map((zone) => (
            <Radio key={zone} value={zone} label={t(`settings.appearance.zones.${zone}`)} />
          ))}
        </RadioGroup>
      </Field>
      <Caption1>{t('settings.appearance.kept')}</Caption1>
    </Panel>
  );
}
