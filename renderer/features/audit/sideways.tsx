import { makeStyles } from '@fluentui/react-components';
import type { ReactNode } from 'react';

const useStyles = makeStyles({ frame: { overflowX: 'auto' } });

/** A place in which what is too wide for the window is scrolled, and not the window. */
export function Sideways({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: it names what scrolls, and is no group of fields
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
    <div role="group" className={useStyles().frame} tabIndex={0} aria-label={label}>
      {children}
    </div>
  );
}
