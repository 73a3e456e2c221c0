import { Button, MessageBar, MessageBarBody, makeStyles, tokens } from '@fluentui/react-components';
import { ArrowDownloadRegular, PrintRegular } from '@fluentui/react-icons';
import { useMutation } from '@tanstack/react-query';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { printSheet } from '../../ui/print-sheet.ts';
import { savePdf } from '../../ui/save-file.ts';

const useStyles = makeStyles({
  groups: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fill, minmax(112px, 1fr))',
    gap: '8px',
    margin: 0,
    padding: 0,
    listStyleType: 'none',
  },
  group: {
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusMedium,
    padding: '6px 8px',
    display: 'flex',
    gap: '10px',
    alignItems: 'baseline',
  },
  buttons: { display: 'flex', flexWrap: 'wrap', gap: '8px' },
  number: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200, minWidth: '2ch' },
  text: {
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase400,
    fontWeight: tokens.fontWeightSemibold,
    letterSpacing: '0.06em',
  },
});

interface RecoveryKeySheetProps {
  readonly recoveryKey: string;
  readonly installationId: string;
  /** Not in force yet: it is to replace the present one. */
  readonly prepared?: true;
}

/** The recovery key in numbered groups, to write down or to print. */
export function RecoveryKeySheet({ recoveryKey, installationId, prepared }: RecoveryKeySheetProps) {
  const styles = useStyles();
  const { query } = useApi();
  // nothing of it stays behind: what is in it is in the file
  const kit = useMutation(query.suite.createRecoveryKit.mutationOptions({ gcTime: 0, onSuccess: savePdf }));
  const groups = recoveryKey.split('-').map((text, at) => ({ number: at + 1, text }));
  return (
    <>
      <ol className={styles.groups}>
        {groups.map(({ number, text }) => (
          <li key={number} className={styles.group}>
            <span className={styles.number} aria-hidden>
              {number}
            </span>
            <span className={styles.text} translate="no">
              {text}
            </span>
          </li>
        ))}
      </ol>
      <div className={styles.buttons}>
        <Button
          icon={<ArrowDownloadRegular />}
          disabled={kit.isPending}
          onClick={() => kit.mutate(prepared ? { prepared } : {})}
        >
          {t('setup.firstRun.recovery.kit')}
        </Button>
        <Button icon={<PrintRegular />} onClick={() => print(recoveryKey, installationId)}>
          {t('setup.firstRun.recovery.print')}
        </Button>
      </div>
      <ErrorNote error={kit.error} />
      {kit.isSuccess && (
        <MessageBar intent="success" layout="multiline">
          <MessageBarBody>{t('setup.firstRun.recovery.kitSaved')}</MessageBarBody>
        </MessageBar>
      )}
    </>
  );
}

/** Prints the key on a sheet of its own. */
function print(recoveryKey: string, installationId: string): void {
  printSheet(t('setup.firstRun.recovery.printTitle'), (sheet) => {
    const text = sheet.createElement('p');
    text.textContent = t('setup.firstRun.recovery.printText', { installation: installationId });
    const groups = sheet.createElement('ol');
    for (const group of recoveryKey.split('-')) {
      const item = sheet.createElement('li');
      item.textContent = group;
      groups.append(item);
    }
    return [text, groups];
  });
}
