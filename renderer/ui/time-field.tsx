import { Field, Input } from '@fluentui/react-components';
import { usePreferences } from '../app/preferences.tsx';

interface TimeFieldProps {
  readonly label: string;
  /** RFC 3339. */
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}

const two = (value: number) => String(value).padStart(2, '0');

/** A point in time, in the zone that was chosen in the settings. */
export function TimeField({ label, value, onChange }: TimeFieldProps) {
  const { zone } = usePreferences().preferences;
  return (
    <Field label={label} orientation="horizontal">
      <Input
        type="datetime-local"
        step={1}
        value={value === undefined ? '' : toField(value, zone === 'utc')}
        onChange={(_, data) =>
          onChange(data.value === '' ? undefined : fromField(data.value, zone === 'utc'))
        }
      />
    </Field>
  );
}

function toField(value: string, utc: boolean): string {
  const time = new Date(value);
  if (utc) return time.toISOString().slice(0, 19);
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day}T${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}

function fromField(text: string, utc: boolean): string | undefined {
  const time = new Date(utc ? `${text}Z` : text);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}
