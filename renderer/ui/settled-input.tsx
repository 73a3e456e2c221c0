import { Input } from '@fluentui/react-components';
import { useEffect, useState } from 'react';

const settleMs = 300;

interface SettledInputProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** The `/` key goes here. */
  readonly search?: boolean;
}

/** A text that is told once it has settled, so that not every letter asks the core. */
export function SettledInput({ label, value, onChange, search }: SettledInputProps) {
  const [text, setText] = useState(value);
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => onChange(text), settleMs);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
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
