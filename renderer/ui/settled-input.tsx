import { Input } from '@fluentui/react-components';
import { useTyped } from './use-settled.ts';

interface SettledInputProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** The `/` key goes here. */
  readonly search?: boolean;
}

/** A text that is told once it has settled, so that not every letter asks the core. */
export function SettledInput({ label, value, onChange, search }: SettledInputProps) {
  const [text, setText] = useTyped(value, onChange);
  return (
    <Input
      value={text}
      placeholder={label}
      aria-label={label}
      style={{ maxWidth: 180 }}
      onChange={(_, data) => setText(data.value)}
      {...(search ? { 'data-search': true } : {})}
    />
  );
}
