import {
  Dialog,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Input,
  makeStyles,
  tokens,
} from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useState } from 'react';
import { useLocation } from 'wouter';
import { t } from '../i18n/translate.ts';
import { useApi } from '../rpc/api.tsx';
import { sections } from './sections.ts';

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: '8px 0 0', padding: 0, maxHeight: '50vh', overflowY: 'auto' },
  option: { padding: '8px 12px', borderRadius: tokens.borderRadiusMedium, cursor: 'pointer' },
  active: { backgroundColor: tokens.colorNeutralBackground1Selected },
});

interface PaletteProps {
  readonly onClose: () => void;
  readonly onLock: () => void;
}

interface Choice {
  readonly key: string;
  readonly text: string;
  run(): void;
}

const mostTenants = 8;

/** Goes to a section or a tenant, or does something, by a few letters (ARIA Authoring Practices, combobox). */
export function Palette({ onClose, onLock }: PaletteProps) {
  const styles = useStyles();
  const { query } = useApi();
  const [, go] = useLocation();
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const wanted = text.trim().toLowerCase();
  const tenants = useQuery(
    query.tenants.listTenants.queryOptions({
      input: { search: text.trim(), limit: mostTenants },
      enabled: wanted !== '',
    }),
  );
  const to = (path: string) => () => go(path);
  const fixed: Choice[] = [
    ...sections.map(({ path, label }) => ({ key: path, text: t(label), run: to(path) })),
    { key: 'create', text: t('tenants.list.create'), run: to('/tenants?create=1') },
    { key: 'restore', text: t('backups.restore'), run: to('/backups/restore') },
    { key: 'lock', text: t('shell.account.lock'), run: onLock },
  ];
  const choices: Choice[] = [
    ...fixed.filter((choice) => choice.text.toLowerCase().includes(wanted)),
    ...(wanted === '' ? [] : (tenants.data?.items ?? [])).map(({ id, name }) => ({
      key: id,
      text: name,
      run: to(`/tenants/${id}`),
    })),
  ];
  const take = (choice: Choice | undefined) => {
    if (choice === undefined) return;
    onClose();
    choice.run();
  };

  function onKeyDown(event: KeyboardEvent) {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setActive((active + step + choices.length) % Math.max(1, choices.length));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      take(choices[active]);
    }
  }

  return (
    <Dialog open onOpenChange={onClose}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t('shell.palette.title')}</DialogTitle>
          <DialogContent>
            <Input
              value={text}
              onChange={(_, { value }) => {
                setText(value);
                setActive(0);
              }}
              onKeyDown={onKeyDown}
              placeholder={t('shell.palette.placeholder')}
              aria-label={t('shell.palette.placeholder')}
              role="combobox"
              aria-expanded
              aria-controls="palette-choices"
              aria-activedescendant={choices[active] && `palette-${choices[active].key}`}
              autoFocus
              style={{ width: '100%' }}
            />
            <div
              id="palette-choices"
              className={styles.list}
              role="listbox"
              aria-label={t('shell.palette.title')}
            >
              {choices.map((choice, at) => (
                // biome-ignore lint/a11y/useFocusableInteractive: the combobox keeps the focus
                // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox has the keys
                <div
                  key={choice.key}
                  id={`palette-${choice.key}`}
                  role="option"
                  aria-selected={at === active}
                  className={`${styles.option} ${at === active ? styles.active : ''}`}
                  onClick={() => take(choice)}
                >
                  {choice.text}
                </div>
              ))}
            </div>
            {choices.length === 0 && <p>{t('shell.palette.empty')}</p>}
          </DialogContent>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
