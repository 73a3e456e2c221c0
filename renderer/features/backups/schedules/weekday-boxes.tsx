import { Checkbox, makeStyles } from '@fluentui/react-components';
import { t } from '../../../i18n/translate.ts';

const useStyles = makeStyles({
  boxes: { display: 'flex', flexWrap: 'wrap', gap: '0 4px', border: 'none', margin: 0, padding: 0 },
});

const weekdays = ['1', '2', '3', '4', '5', '6', '7'] as const;

interface WeekdayBoxesProps {
  readonly label: string;
  readonly value: readonly number[];
  readonly onChange: (value: number[]) => void;
}

/** Which days of the week. */
export function WeekdayBoxes({ label, value, onChange }: WeekdayBoxesProps) {
  const styles = useStyles();
  return (
    <fieldset className={styles.boxes} aria-label={label}>
      {weekdays.map((key) => {
        const day = Number(key);
        return (
          <Checkbox
            key={key}
            label={t(`schedules.days.${key}`)}
            checked={value.includes(day)}
            onChange={(_, { checked }) => {
              const others = value.filter((each) => each !== day);
              onChange((checked === true ? [...others, day] : others).sort((a, b) => a - b));
            }}
          />
        );
      })}
    </fieldset>
  );
}
