import type { z } from 'zod';
import { type ClientSession, type HoldfastClient, inProcessClient } from '../../main/rpc/client.ts';
import { fromTransportError } from '../../main/rpc/errors.ts';
import { createRouter } from '../../main/rpc/router.ts';
import { EnterpriseSuite } from '../../main/suite/enterprise-suite.ts';
import type { Job } from '../../shared/contract/suite.ts';
import type { jobStarted } from '../../shared/contract/values.ts';
import { HoldfastError } from '../../shared/errors.ts';

export const passphrase = 'correct horse battery staple';

/** The real suite of a folder in this process, with its owner signed in. */
export class OpenedSuite {
  readonly suite: EnterpriseSuite;
  readonly client: HoldfastClient;

  private constructor(suite: EnterpriseSuite, session: ClientSession) {
    this.suite = suite;
    this.client = inProcessClient(createRouter(suite), session);
  }

  /** A new installation, unlocked by the owner's passphrase. Backups go to `target`. */
  static async create(
    dataFolder: string,
    target?: string,
  ): Promise<{ opened: OpenedSuite; recoveryKey: string }> {
    const { suite, recoveryKey } = await EnterpriseSuite.initialise({
      dataFolder,
      ownerName: 'Ada Obi',
      ownerPassphrase: passphrase,
      secrets: 'passphrase',
      ...(target === undefined ? {} : { target }),
    });
    return { opened: await OpenedSuite.#signIn(suite), recoveryKey };
  }

  /** `name`: of the operator who signs in, where there are several. */
  static async open(dataFolder: string, name?: string): Promise<OpenedSuite> {
    return OpenedSuite.#signIn(await EnterpriseSuite.open({ dataFolder, unlock: { passphrase } }), name);
  }

  static async #signIn(suite: EnterpriseSuite, name?: string): Promise<OpenedSuite> {
    const session: ClientSession = {};
    const opened = new OpenedSuite(suite, session);
    try {
      session.token = (await opened.client.auth.signIn({ name, passphrase })).token;
    } catch (error) {
      await suite.stop();
      throw fromTransportError(error);
    }
    return opened;
  }

  /** Waits for a job's end. Throws what it failed with. */
  async finished<Result>(started: Promise<z.output<typeof jobStarted>>): Promise<Result> {
    const job = await told(this.#lastState(started));
    if (job.state === 'succeeded') return job.result as Result;
    const { code, message, data } = job.error ?? { code: 'INTERNAL', message: job.state, data: {} };
    throw new HoldfastError(code, message, data);
  }

  async #lastState(started: Promise<z.output<typeof jobStarted>>): Promise<Job> {
    const { jobId } = await started;
    for await (const _ of await this.client.jobs.watchJob({ jobId }));
    return await this.client.jobs.getJob({ jobId });
  }

  stop(): Promise<void> {
    return this.suite.stop();
  }
}

/** The answer of a client's call, where refusals are errors of the contract. */
export async function told<Result>(call: Promise<Result>): Promise<Result> {
  try {
    return await call;
  } catch (error) {
    throw fromTransportError(error);
  }
}

/** Every item of a paged answer. */
export async function everyPage<Item>(
  page: (cursor: string | undefined) => Promise<{ readonly items: Item[]; readonly next: string | null }>,
): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor: string | undefined; ; ) {
    const answer = await told(page(cursor));
    items.push(...answer.items);
    if (answer.next === null) return items;
    cursor = answer.next;
  }
}
