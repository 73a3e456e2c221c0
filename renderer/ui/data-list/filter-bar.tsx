import { makeStyles, SearchBox } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { t } from '../../i18n/translate.ts';
import { useTyped } from '../use-settled.ts';

const useStyles = makeStyles({
  bar: { display: 'flex', flexWrap: 'wrap', gap: '8px', alignItems: 'center', flexShrink: 0 },
  search: { minWidth: '220px', maxWidth: '340px', flexGrow: 1 },
});

interface FilterBarProps {
  readonly search?: {
    readonly value: string;
    readonly onChange: (value: string) => void;
    readonly label?: string;
  };
  readonly children?: ReactNode;
}

/** What narrows a list: a search box (the `/` key goes there) and further filters. */
export function FilterBar({ search, children }: FilterBarProps) {
  const styles = useStyles();
  return (
    <search className={styles.bar}>
      {search && <Search className={styles.search} {...search} />}
      {children}
    </search>
  );
}

interface SearchProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly label?: string;
  readonly className: string;
}

/** Tells what was typed once it has settled, so that not every letter asks the core. */
function Search({ value, onChange, label = t('common.search'), className }: SearchProps) {
  const [text, setText] = useTyped(value, onChange);
  return (
    <SearchBox
      className={className}
      value={text}
      placeholder={label}
      aria-label={label}
      data-search
      // within a form it would send that
      onKeyDown={(event) => event.key === 'Enter' && event.preventDefault()}
      onChange={(_, data) => setText(data.value)}
    />
  );
}
