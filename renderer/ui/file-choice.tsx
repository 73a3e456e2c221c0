import { Button, Field, makeStyles } from '@fluentui/react-components';
import { useRef } from 'react';
import { formatBytes } from '../i18n/format.ts';
import { t } from '../i18n/translate.ts';

const useStyles = makeStyles({
  row: { display: 'flex', gap: '12px', alignItems: 'center' },
});

interface FileChoiceProps {
  readonly label: string;
  readonly accept?: string;
  readonly hint?: string;
  /** It may be left out. */
  readonly optional?: true;
  readonly file: File | undefined;
  readonly onChange: (file: File | undefined) => void;
}

/** A file of the person's own machine. */
export function FileChoice({ label, accept, hint, optional, file, onChange }: FileChoiceProps) {
  const styles = useStyles();
  const input = useRef<HTMLInputElement>(null);
  return (
    <Field label={label} required={optional !== true} {...(hint === undefined ? {} : { hint })}>
      <div className={styles.row}>
        <input
          ref={input}
          type="file"
          hidden
          aria-label={label}
          {...(accept === undefined ? {} : { accept })}
          onChange={({ target }) => onChange(target.files?.[0])}
        />
        <Button onClick={() => input.current?.click()}>{t('common.chooseFile')}</Button>
        <span>{file === undefined ? t('common.noFile') : `${file.name} (${formatBytes(file.size)})`}</span>
      </div>
    </Field>
  );
}
