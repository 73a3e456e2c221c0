import { Link as FluentLink } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useLocation } from 'wouter';

/** A link to another screen, within text or a row. */
export function TextLink({ href, children }: { readonly href: string; readonly children: ReactNode }) {
  const [, go] = useLocation();
  return (
    <FluentLink
      href={href}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        event.stopPropagation();
        go(href);
      }}
    >
      {children}
    </FluentLink>
  );
}
