import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Uuid } from '../../../shared/ids.ts';
import type { Answer, Stand, Told } from './told.ts';

export const password = 'the machine keeps this';

/** The installation in a process of its own, which is started, told what to do, and killed. */
export class Installation {
  readonly folder: string;
  readonly #options: string;
  readonly #tenantId: Uuid;
  readonly #installationId: Uuid;
  #child: ChildProcess | undefined;

  constructor(folder: string, ids: { readonly tenantId: Uuid; readonly installationId: Uuid }) {
    this.folder = folder;
    this.#tenantId = ids.tenantId;
    this.#installationId = ids.installationId;
    this.#options = JSON.stringify({
      folder,
      ...ids,
      password,
      prefix: randomBytes(32).toString('hex'),
      recoverySalt: randomBytes(64).toString('hex'),
    });
  }

  get database(): string {
    return join(this.folder, 'tenants', this.#tenantId, 'data.db');
  }

  /** Where the page log waits. */
  get pageLog(): string {
    return join(this.folder, 'pitr', this.#tenantId);
  }

  /** The tenant's repository. */
  get repository(): string {
    return join(this.folder, 'repositories', this.#tenantId);
  }

  /** Where a further target stands. */
  get copyTarget(): string {
    return join(this.folder, '..', 'copies');
  }

  /** The copy of the tenant's repository on it. */
  get copy(): string {
    return join(this.copyTarget, this.#installationId, 'repositories', this.#tenantId);
  }

  async start(): Promise<Stand> {
    this.#child = fork(join(import.meta.dirname, '..', 'backup-engine-subject.ts'), [this.#options], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    return stand(await this.#answer());
  }

  /** Throws where it answers with an error. */
  async tell(told: Told): Promise<Stand> {
    const answer = this.#answer();
    this.#running.send(told);
    return stand(await answer);
  }

  /** Tells it to do something, kills it while it does, and starts it again. */
  async killDuring(told: Told, afterMs: number): Promise<Stand> {
    const child = this.#running;
    const ended = once(child, 'exit');
    child.send(told);
    await setTimeout(afterMs);
    child.kill('SIGKILL');
    await ended;
    return await this.start();
  }

  /** An orderly end. */
  async end(): Promise<void> {
    const ended = once(this.#running, 'exit');
    await this.tell({ what: 'end' });
    await ended;
    this.#child = undefined;
  }

  /** However it stands. */
  stop(): void {
    this.#child?.kill('SIGKILL');
  }

  get #running(): ChildProcess {
    if (this.#child === undefined) throw new TypeError('the installation was not started');
    return this.#child;
  }

  async #answer(): Promise<Answer> {
    const child = this.#running;
    const ended = new AbortController();
    const answered = once(child, 'message', { signal: ended.signal });
    const gone = once(child, 'exit', { signal: ended.signal }).then(([status, signal]) => {
      throw new Error(`the process ended by itself: ${status ?? signal}`);
    });
    try {
      const [answer] = await Promise.race([answered, gone]);
      return answer as Answer;
    } finally {
      ended.abort();
      await Promise.allSettled([answered, gone]);
    }
  }
}

function stand(answer: Answer): Stand {
  if (!('error' in answer)) return answer;
  const { code, message, cause } = answer.error;
  throw new Error(`${code}: ${message} ${cause}`);
}
