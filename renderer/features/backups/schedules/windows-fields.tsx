import { Button, Field, Input, makeStyles } from '@fluentui/react-components';
import { t } from '../../../i18n/translate.ts';
import { problem } from '../../../ui/problem.ts';
import { everyDay, isWindow, type WindowDraft } from './draft.ts';
import { WeekdayBoxes } from './weekday-boxes.tsx';

const useStyles = makeStyles({
  window: { display: 'flex', flexWrap: 'wrap', gap: '4px 8px', alignItems: 'center' },
  time: { width: '104px' },
});

const mostWindows = 20;

interface WindowsFieldsProps {
  readonly windows: readonly WindowDraft[];
  readonly onChange: (windows: readonly WindowDraft[]) => void;
}

/** The windows in which no backup begins. */
export function WindowsFields({ windows, onChange }: WindowsFieldsProps) {
  const styles = useStyles();
  const change = (key: number, to: Partial<WindowDraft>) =>
    onChange(windows.map((window) => (window.key === key ? { ...window, ...to } : window)));
  return (
    <Field label={t('schedules.dialog.windows')}>
      {windows.map((window, at) => (
        <Field
          key={window.key}
          {...problem(isWindow(window) ? undefined : t('schedules.dialog.windowWrong'))}
        >
          <div className={styles.window}>
            <WeekdayBoxes
              label={t('schedules.dialog.windowDays', { number: at + 1 })}
              value={window.weekdays}
              onChange={(weekdays) => change(window.key, { weekdays })}
            />
            {(['from', 'to'] as const).map((end) => (
              <Input
                key={end}
                className={styles.time}
                aria-label={t(`schedules.dialog.${end}`)}
                contentBefore={<span aria-hidden>{t(`schedules.dialog.${end}`)}</span>}
                value={window[end]}
                maxLength={5}
                onChange={(_, { value }) => change(window.key, { [end]: value })}
              />
            ))}
            <Button
              size="small"
              aria-label={t('schedules.dialog.removeWindow', { number: at + 1 })}
              onClick={() => onChange(windows.filter(({ key }) => key !== window.key))}
            >
              {t('common.remove')}
            </Button>
          </div>
        </Field>
      ))}
      <div>
        <Button
          size="small"
          disabled={windows.length >= mostWindows}
          onClick={() => {
            const key = Math.max(-1, ...windows.map((window) => window.key)) + 1;
            onChange([...windows, { key, weekdays: everyDay.slice(0, 5), from: '08:00', to: '18:00' }]);
          }}
        >
          {t('schedules.dialog.addWindow')}
        </Button>
      </div>
    </Field>
  );
}
