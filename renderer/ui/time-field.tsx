import { Input } from '@fluentui/react-components';
import { usePreferences } from '../app/preferences.tsx';

interface TimeFieldProps {
  readonly label: string;
  /** RFC 3339. */
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
  /** The Enter key, in place of what it does to the form around. */
  readonly onEnter?: () => void;
}

const two = (value: number) => String(value).padStart(2, '0');

/** A point in time, in the zone that was chosen in the settings. */
export function TimeField({ label, value, onChange, onEnter }: TimeFieldProps) {
  const { zone } = usePreferences().preferences;
  return (
    <Input
      type="datetime-local"
      step={1}
      aria-label={label}
      contentBefore={<span aria-hidden>{label}</span>}
      value={value === undefined ? '' : toField(value, zone === 'utc')}
      onChange={(_, data) => onChange(data.value === '' ? undefined : fromField(data.value, zone === 'utc'))}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || onEnter === undefined) return;
        event.preventDefault();
        onEnter();
      }}
    />
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
