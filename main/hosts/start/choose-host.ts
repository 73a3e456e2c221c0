/** What decides how the console is shown here. */
export interface Circumstances {
  /** Somebody asked for the browser: on the command line, or in the environment. */
  readonly consoleAsked: boolean;
  readonly display: boolean;
  /** Whether Chromium can put its pages into a sandbox; it starts no page without. */
  readonly sandbox: 'works' | 'root' | 'forbidden';
}

export type Choice = { readonly host: 'desktop' } | { readonly host: 'console'; readonly why: string };

/** Desktop where it can be had; else the browser, and why. What Electron itself lacks is found out later. */
export function chooseHost({ consoleAsked, display, sandbox }: Circumstances): Choice {
  if (consoleAsked) return { host: 'console', why: 'as asked' };
  if (!display) return { host: 'console', why: 'there is no display here' };
  if (sandbox === 'root') return { host: 'console', why: 'a window would have no sandbox under root' };
  if (sandbox === 'forbidden') {
    return { host: 'console', why: 'this system lets no ordinary program make a sandbox for a window' };
  }
  return { host: 'desktop' };
}
