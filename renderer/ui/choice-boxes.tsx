import { Caption1, Checkbox, makeStyles } from '@fluentui/react-components';

const useStyles = makeStyles({
  boxes: {
    display: 'flex',
    flexDirection: 'column',
    border: 'none',
    margin: 0,
    padding: 0,
    '& legend': { padding: 0 },
  },
});

interface ChoiceBoxesProps<Value extends string> {
  readonly label: string;
  /** Each with its label, in the order in which they are answered. */
  readonly options: readonly (readonly [Value, string])[];
  readonly value: readonly Value[];
  readonly onChange: (value: readonly Value[]) => void;
  readonly hint: string;
}

/** Any number of a few, each with a box of its own. */
export function ChoiceBoxes<Value extends string>(props: ChoiceBoxesProps<Value>) {
  const { label, options, value, onChange, hint } = props;
  const styles = useStyles();
  const values = options.map(([each]) => each);
  return (
    <fieldset className={styles.boxes}>
      <legend>{label}</legend>
      {options.map(([each, text]) => (
        <Checkbox
          key={each}
          label={text}
          checked={value.includes(each)}
          onChange={(_, { checked }) =>
            onChange(values.filter((one) => (one === each ? checked === true : value.includes(one))))
          }
        />
      ))}
      <Caption1>{hint}</Caption1>
    </fieldset>
  );
}
