import { spawn } from 'node:child_process';

const openers: Readonly<Record<string, readonly [program: string, ...before: string[]]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** Asks the system to show an address in its browser, without a shell. Where there is none, `tell` gets one line. */
export function openBrowser(url: string, tell: (line: string) => void): Promise<void> {
  const [program, ...before] = openers[process.platform] ?? ['xdg-open'];
  return new Promise((resolve) => {
    const opener = spawn(program, [...before, url], { stdio: 'ignore', detached: true });
    const failed = () => {
      tell('No browser could be opened here. Open the link yourself.');
      resolve();
    };
    opener.once('error', failed);
    opener.once('exit', (status) => {
      if (status === 0) resolve();
      else failed();
    });
    opener.unref();
  });
}
