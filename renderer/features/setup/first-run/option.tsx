import { Caption1, Radio } from '@fluentui/react-components';

interface OptionProps {
  readonly value: string;
  readonly title: string;
  readonly text: string;
  readonly disabled?: boolean;
}

/** One way to choose, with what it means. */
export function Option({ value, title, text, disabled = false }: OptionProps) {
  return (
    <Radio
      value={value}
      disabled={disabled}
      label={
        <>
          {title}
          <br />
          <Caption1>{text}</Caption1>
        </>
      }
    />
  );
}
