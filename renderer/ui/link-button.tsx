import { Button, type ButtonProps } from '@fluentui/react-components';
import { useLocation } from 'wouter';

type LinkButtonProps = Pick<ButtonProps, 'appearance' | 'children' | 'icon' | 'size' | 'className'> & {
  readonly href: string;
};

/** A link that looks like a button: opens in place, or elsewhere with the browser's own keys. */
export function LinkButton({ href, ...rest }: LinkButtonProps) {
  const [, go] = useLocation();
  return (
    <Button
      {...rest}
      as="a"
      href={href}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        go(href);
      }}
    />
  );
}
