import { type ClientSession, type HoldfastClient, inProcessClient } from '../../main/rpc/client.ts';
import { createRouter } from '../../main/rpc/router.ts';
import type { EnterpriseSuite } from '../../main/suite/enterprise-suite.ts';

/** A client of a suite in this process, whose owner has signed in. */
export async function signedIn(suite: EnterpriseSuite, passphrase: string): Promise<HoldfastClient> {
  const session: ClientSession = {};
  const client = inProcessClient(createRouter(suite), session);
  session.token = (await client.auth.signIn({ passphrase })).token;
  return client;
}

/** What a job came to, once it has ended. Throws its error. */
export async function ended(client: HoldfastClient, { jobId }: { readonly jobId: string }): Promise<unknown> {
  for await (const job of await client.jobs.watchJob({ jobId })) {
    if (job.error !== null) throw Object.assign(new Error(job.error.message), job.error);
  }
  return (await client.jobs.getJob({ jobId })).result;
}
