import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../main/hosts/cli/holdfast.mjs', import.meta.url));

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the point of these tests is what members a document has
  readonly document: any;
  readonly stdout: string;
  readonly stderr: string;
}

/** The real command with a folder, runtime folder and passphrase of its own. */
export class Installation {
  readonly folder = mkdtempSync(join(tmpdir(), 'holdfast-e2e-'));
  readonly environment: NodeJS.ProcessEnv = {
    ...process.env,
    HOLDFAST_DATA: join(this.folder, 'data'),
    HOLDFAST_PASSPHRASE: 'correct horse battery staple',
    XDG_RUNTIME_DIR: this.folder,
  };

  path(name: string): string {
    return join(this.folder, name);
  }

  start(words: readonly string[], environment: NodeJS.ProcessEnv = {}): ChildProcess {
    return spawn(process.execPath, [bin, ...words], { env: { ...this.environment, ...environment } });
  }

  /** One command with --json, to its end; Ada signs in unless another operator is named. */
  run(words: readonly string[], input = '', environment: NodeJS.ProcessEnv = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const operator = words.includes('--operator') ? [] : ['--operator', 'Ada Obi'];
      const child = this.start([...words, ...operator, '--json'], environment);
      let stdout = '';
      let stderr = '';
      child.stdout?.setEncoding('utf8').on('data', (text: string) => {
        stdout += text;
      });
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
      });
      child.stdin?.on('error', () => {});
      child.stdin?.end(input);
      child.once('error', reject);
      child.once('close', (status) => {
        try {
          resolve({ status: status ?? -1, document: JSON.parse(stdout), stdout, stderr });
        } catch {
          reject(new Error(`${words.join(' ')}: exit ${status}, stdout ${stdout}, stderr ${stderr}`));
        }
      });
    });
  }

  /** As run, where anything but success is a failure of the test. */
  async does(words: readonly string[], input = ''): Promise<Answer['document']> {
    const answer = await this.run(words, input);
    if (answer.status !== 0) throw new Error(`${words.join(' ')}: ${answer.stdout}${answer.stderr}`);
    return answer.document;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
