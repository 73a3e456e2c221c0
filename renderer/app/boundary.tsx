import { Button } from '@fluentui/react-components';
import { Component, type ReactNode } from 'react';
import { t } from '../i18n/translate.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Page } from '../ui/page.tsx';

interface BoundaryProps {
  readonly children: ReactNode;
}

/** A screen that fails takes nothing else with it. */
export class Boundary extends Component<BoundaryProps, { readonly error: unknown }> {
  override state: { readonly error: unknown } = { error: undefined };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return (
      <Page title={t('shell.crashed.title')}>
        <EmptyState
          title={t('shell.crashed.title')}
          text={t('shell.crashed.text', { error: String(error) })}
          action={
            <Button onClick={() => this.setState({ error: undefined })}>{t('shell.crashed.again')}</Button>
          }
        />
      </Page>
    );
  }
}
