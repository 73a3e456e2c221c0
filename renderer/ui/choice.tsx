import { Select } from '@fluentui/react-components';

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value | undefined;
  readonly options: readonly (readonly [value: Value, text: string])[];
  /** The text of no choice; without it one has to be chosen. */
  readonly any?: string;
  readonly onChange: (value: Value | undefined) => void;
}

/** One of a few, in a filter or a form. */
export function Choice<Value extends string>({ label, value, options, any, onChange }: ChoiceProps<Value>) {
  return (
    <Select
      aria-label={label}
      value={value ?? ''}
      onChange={(_, data) => onChange(options.find(([option]) => option === data.value)?.[0])}
    >
      {any !== undefined && <option value="">{any}</option>}
      {options.map(([option, text]) => (
        <option key={option} value={option}>
          {text}
        </option>
      ))}
    </Select>
  );
}
