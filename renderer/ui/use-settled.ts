import { useEffect, useRef, useState } from 'react';

const settleMs = 200;

/** A text once it has been left alone for a moment, so that not every letter asks the core. */
export function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), settleMs);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

/**
 * What is being typed, and how to change it; `onChange` is told once it has settled. A value that comes from elsewhere takes
 * the place of what was typed.
 */
export function useTyped(value: string, onChange: (value: string) => void): [string, (text: string) => void] {
  const [text, setText] = useState(value);
  const told = useRef(value);
  useEffect(() => {
    if (value === told.current) return;
    told.current = value;
    setText(value);
  }, [value]);
  useEffect(() => {
    if (text === told.current) return;
    const timer = setTimeout(() => {
      told.current = text;
      onChange(text);
    }, settleMs);
    return () => clearTimeout(timer);
  }, [text, onChange]);
  return [text, setText];
}
