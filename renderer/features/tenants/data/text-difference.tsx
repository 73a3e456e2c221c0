import { makeStyles, tokens } from '@fluentui/react-components';
import type { DocumentRevision } from '../../../../shared/contract/tenants.ts';
import { t } from '../../../i18n/translate.ts';
import { lineDifference } from './line-difference.ts';

const useStyles = makeStyles({
  figure: { margin: 0 },
  lines: {
    margin: 0,
    padding: '8px',
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    backgroundColor: tokens.colorNeutralBackground3,
    maxHeight: '30vh',
    overflowY: 'auto',
  },
  removed: { color: tokens.colorStatusDangerForeground1, display: 'block' },
  added: { color: tokens.colorStatusSuccessForeground1, display: 'block' },
});

/** A document as it is edited and compared; nothing for one that is deleted or is not. */
export function documentText(document: DocumentRevision | undefined): string {
  return document === undefined || document.state === 'deleted' ? '' : jsonText(document.value);
}

/** JSON as it is edited and compared: one member a line. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

interface TextDifferenceProps {
  readonly caption: string;
  readonly before: string;
  readonly after: string;
}

/** Two texts line by line: what the second has no longer, and what it has anew. */
export function TextDifference({ caption, before, after }: TextDifferenceProps) {
  const styles = useStyles();
  const lines = lineDifference(before, after).filter(({ text }) => text !== '');
  const signs = { same: ' ', removed: '−', added: '+' } as const;
  return (
    <figure className={styles.figure}>
      <figcaption>{caption}</figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard */}
      <pre className={styles.lines} tabIndex={0}>
        {lines.every(({ kind }) => kind === 'same') && t('tenants.data.same')}
        {lines.map(({ kind, text }, at) => {
          const key = `${at} ${kind}`;
          if (kind === 'same') return `  ${text}\n`;
          return (
            <span key={key} className={kind === 'removed' ? styles.removed : styles.added}>
              {signs[kind]} {text}
            </span>
          );
        })}
      </pre>
    </figure>
  );
}
