import { Caption1, makeStyles, tokens } from '@fluentui/react-components';
import { t } from '../i18n/translate.ts';
import { CopyButton } from './copy-button.tsx';

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: '4px' },
  line: {
    display: 'flex',
    alignItems: 'flex-start',
    gap: '8px',
    backgroundColor: tokens.colorNeutralBackground4,
    borderRadius: tokens.borderRadiusMedium,
    padding: '6px 6px 6px 12px',
  },
  code: {
    flexGrow: 1,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    lineHeight: '24px',
    overflowWrap: 'anywhere',
    whiteSpace: 'pre-wrap',
  },
  // a line ends between words, not within `--option`
  word: { display: 'inline-block', maxWidth: '100%' },
});

interface CommandLineProps {
  readonly command: string;
  readonly label?: string;
}

/** The command that does the same, to copy. */
export function CommandLine({ command, label = t('common.sameCommand') }: CommandLineProps) {
  const styles = useStyles();
  return (
    <div className={styles.root}>
      <Caption1>{label}</Caption1>
      <div className={styles.line}>
        <code className={styles.code}>
          {command.split(/( +)/).map((word, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a word is only its place
            <span key={at} className={word.startsWith(' ') ? undefined : styles.word}>
              {word}
            </span>
          ))}
        </code>
        <CopyButton text={command} />
      </div>
    </div>
  );
}

/** Quotes what a shell would split or expand (POSIX.1-2024, 2.2.2). */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
