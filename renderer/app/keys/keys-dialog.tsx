import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  makeStyles,
  tokens,
} from '@fluentui/react-components';
import { Fragment } from 'react';
import { type PlainKey, t } from '../../i18n/translate.ts';

const useStyles = makeStyles({
  list: { display: 'grid', gridTemplateColumns: 'max-content 1fr', gap: '8px 24px', margin: 0 },
  keys: { margin: 0, display: 'flex', gap: '6px', alignItems: 'baseline' },
  meaning: { margin: 0 },
  key: {
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusSmall,
    padding: '1px 6px',
  },
});

const rows: readonly (readonly [keys: readonly string[], meaning: PlainKey])[] = [
  [['Ctrl+K', '⌘K'], 'shell.keys.palette'],
  [['/'], 'shell.keys.search'],
  [['?'], 'shell.keys.help'],
  [['Ctrl+L'], 'shell.keys.lock'],
  [['↑', '↓'], 'shell.keys.move'],
  [['Home', 'End'], 'shell.keys.ends'],
  [['Enter'], 'shell.keys.open'],
  [['Esc'], 'shell.keys.close'],
];

/** All keys of the console. */
export function KeysDialog({ onClose }: { readonly onClose: () => void }) {
  const styles = useStyles();
  return (
    <Dialog open onOpenChange={(_, { open }) => open || onClose()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t('shell.keys.title')}</DialogTitle>
          <DialogContent>
            <dl className={styles.list}>
              {rows.map(([keys, meaning]) => (
                <Fragment key={meaning}>
                  <dt className={styles.keys}>
                    {keys.map((key, at) => (
                      <Fragment key={key}>
                        {at > 0 && <span>{t('shell.keys.or')}</span>}
                        <kbd className={styles.key}>{key}</kbd>
                      </Fragment>
                    ))}
                  </dt>
                  <dd className={styles.meaning}>{t(meaning)}</dd>
                </Fragment>
              ))}
            </dl>
          </DialogContent>
          <DialogActions>
            <Button autoFocus onClick={onClose}>
              {t('common.close')}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
