import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { interruption } from './failure.ts';
import type { Terminal } from './terminal.ts';

/** Asks on the terminal and shows nothing of what is typed. CANCELLED on Ctrl-C or end of input. */
export function askSecretly({ stdin, stderr }: Terminal, question: string): Promise<string> {
  stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: silent, terminal: true, historySize: 0 });
  return new Promise<string>((resolve, reject) => {
    lines.once('SIGINT', () => reject(interruption()));
    lines.once('close', () => reject(interruption()));
    lines.once('line', resolve);
  }).finally(() => {
    lines.close();
    stderr.write('\n');
  });
}
