import type { z } from 'zod';
import type { JobStarted } from '../../../shared/contract/values.ts';
import type { HoldfastClient } from '../../rpc/client.ts';
import { type Connection, connectCore } from './connect.ts';
import type { Core } from './core.ts';
import { findPassphrase, findUnlock } from './credentials.ts';
import { dataFolder } from './data-folder.ts';
import { type ExitStatus, exitStatus } from './exit-status.ts';
import { interruption, usage } from './failure.ts';
import { followJob } from './follow-job.ts';
import type { GlobalOptions } from './global-options.ts';
import { printAnswer } from './output/answer.ts';
import { progressDisplay } from './output/progress.ts';
import type { Terminal } from './terminal.ts';

/** How an answer is shown to people, and what the shell is told of it; done (0) unless said. */
export interface Shown<Output> {
  readonly text: (output: Output) => string;
  readonly status?: (output: Output) => ExitStatus;
}

export interface JobShown<Result> extends Shown<Result> {
  readonly result: z.ZodType<Result>;
  readonly detach?: boolean | undefined;
}

/** A signed-in way to the core, for the time of one command. */
export interface Signed {
  readonly client: HoldfastClient;
  readonly owner: boolean;
  /** Waits for a job that was just started, showing its progress. */
  finish<Result>(started: JobStarted, result: z.ZodType<Result>): Promise<Result>;
}

/** Runs one command: signs in, calls, prints, signs out. */
export class Run {
  readonly terminal: Terminal;
  readonly core: Core;
  readonly #options: () => GlobalOptions;
  /** What the process will answer. */
  status: ExitStatus = exitStatus.done;
  /** The one document is out. */
  answered = false;

  constructor(terminal: Terminal, core: Core, options: () => GlobalOptions) {
    this.terminal = terminal;
    this.core = core;
    this.#options = options;
  }

  get options(): GlobalOptions {
    return this.#options();
  }

  get dataFolder(): string {
    return dataFolder(this.options.data, this.terminal);
  }

  /** For operations that answer at once. */
  async operation<Output>(
    call: (client: HoldfastClient, signed: Signed) => Promise<Output>,
    shown: Shown<Output>,
  ): Promise<void> {
    const output = await this.#signedIn((signed) => this.#unlessInterrupted(call(signed.client, signed)));
    this.answer(output, shown);
  }

  /** For work that may take long: answers when it is done, or at once with the job's id. */
  async job<Result>(
    start: (client: HoldfastClient) => Promise<JobStarted>,
    shown: JobShown<Result>,
  ): Promise<void> {
    if (shown.detach) {
      const started = await this.#signedIn((signed) => {
        if (signed.owner) throw noOneToLeaveItTo();
        return start(signed.client);
      });
      this.answer(started, { text: ({ jobId }) => `Started job ${jobId}.` });
      return;
    }
    await this.jobs((signed) => start(signed.client).then((job) => signed.finish(job, shown.result)), shown);
  }

  /** For several jobs in a row with one answer. */
  async jobs<Output>(work: (signed: Signed) => Promise<Output>, shown: Shown<Output>): Promise<void> {
    this.answer(await this.#signedIn(work), shown);
  }

  /** For what goes on until somebody stops it: each piece is printed as it comes. Throws CANCELLED, interrupted. */
  async stream(
    follow: (client: HoldfastClient, interrupted: AbortSignal) => AsyncIterable<{ readonly text: string }>,
  ): Promise<never> {
    const { interrupted, stdout } = this.terminal;
    await this.#signedIn(async ({ client }) => {
      this.answered = true;
      for await (const { text } of follow(client, interrupted)) stdout.write(text);
    });
    throw interruption();
  }

  answer<Output>(output: Output, { text, status }: Shown<Output>): void {
    const json = this.options.json === true;
    printAnswer(this.terminal, json, output, json ? '' : text(output));
    this.answered = true;
    this.status = status?.(output) ?? exitStatus.done;
  }

  async #signedIn<Output>(work: (signed: Signed) => Promise<Output>): Promise<Output> {
    const passphrase = await findPassphrase(this.options, this.terminal);
    const connection = await connectCore({
      core: this.core,
      dataFolder: this.dataFolder,
      unlock: await findUnlock(this.options, this.terminal, passphrase),
      environment: this.terminal.environment,
      interrupted: this.terminal.interrupted,
      patienceMs: 30_000,
    });
    try {
      const { operator } = this.options;
      const name = operator === undefined ? {} : { name: operator };
      const { token } = await connection.client.auth.signIn({ ...name, passphrase });
      connection.session.token = token;
      const output = await work(this.#signed(connection)).catch(async (error: unknown) => {
        // what the command failed of is the news; a session that cannot be ended expires
        await signOut(connection).catch(() => {});
        throw error;
      });
      await signOut(connection);
      return output;
    } finally {
      await connection.close();
    }
  }

  #signed({ client, owner }: Connection): Signed {
    const { interrupted } = this.terminal;
    const quiet = this.options.quiet === true;
    return {
      client,
      owner,
      finish: ({ jobId }, result) => {
        const progress = progressDisplay(this.terminal, quiet);
        return followJob({ client, progress, interrupted }, jobId, result);
      },
    };
  }

  #unlessInterrupted<Output>(work: Promise<Output>): Promise<Output> {
    const { interrupted } = this.terminal;
    return new Promise((resolve, reject) => {
      const stop = () => reject(interruption());
      if (interrupted.aborted) stop();
      interrupted.addEventListener('abort', stop, { once: true });
      work.then(resolve, reject).finally(() => interrupted.removeEventListener('abort', stop));
    });
  }
}

/** The command may have ended its own session already. */
async function signOut({ client }: Connection): Promise<void> {
  try {
    await client.auth.signOut({});
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'UNAUTHENTICATED')) throw error;
  }
}

const noOneToLeaveItTo = () =>
  usage(
    '--detach leaves the work to the process that owns the folder; none does. Start `holdfast serve` first.',
  );
