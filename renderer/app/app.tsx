import { createDOMRenderer, FluentProvider, RendererProvider } from '@fluentui/react-components';
import { type ReactNode, useEffect, useMemo } from 'react';
import { Console } from './console.tsx';
import { PreferencesProvider, usePreferences } from './preferences.tsx';
import { themeOf } from './theme.ts';
import { useMedia } from './use-media.ts';

/** The whole page. `nonce` is what the content security policy lets style elements carry. */
export function App({ nonce }: { readonly nonce: string }) {
  const renderer = useMemo(() => createDOMRenderer(document, { styleElementAttributes: { nonce } }), [nonce]);
  return (
    <RendererProvider renderer={renderer} targetDocument={document}>
      <PreferencesProvider>
        <Themed>
          <Console />
        </Themed>
      </PreferencesProvider>
    </RendererProvider>
  );
}

function Themed({ children }: { readonly children: ReactNode }) {
  const { scheme } = usePreferences().preferences;
  const systemIsDark = useMedia('(prefers-color-scheme: dark)');
  const theme = themeOf(scheme, systemIsDark);
  useEffect(() => {
    const dark = scheme === 'dark' || scheme === 'contrast' || (scheme === 'system' && systemIsDark);
    document.documentElement.style.colorScheme = dark ? 'dark' : 'light';
  }, [scheme, systemIsDark]);
  return (
    <FluentProvider theme={theme} style={{ height: '100%' }}>
      {children}
    </FluentProvider>
  );
}
