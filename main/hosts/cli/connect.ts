import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { HoldfastError } from '../../../shared/errors.ts';
import { type ClientSession, type HoldfastClient, inProcessClient } from '../../rpc/client.ts';
import { type SocketAddress, socketAddress } from '../socket/address.ts';
import { connectSocket } from '../socket/client.ts';
import type { Core, Unlock } from './core.ts';
import { interruption } from './failure.ts';

export interface Connection {
  readonly client: HoldfastClient;
  readonly session: ClientSession;
  /** This process owns the folder; when it ends, running work ends with it. */
  readonly owner: boolean;
  close(): Promise<void>;
}

interface Request {
  readonly core: Core;
  readonly dataFolder: string;
  readonly unlock: Unlock;
  readonly environment: NodeJS.ProcessEnv;
  readonly interrupted: AbortSignal;
  /** How long to wait for a holder that does not answer, milliseconds. */
  readonly patienceMs: number;
}

const againMs = 150;
const lockedBy = z.object({ holder: z.object({ socket: z.string().nullish() }).loose() });

/**
 * Speaks to the process that owns the folder, or owns it for the time of one command. LOCKED, naming the holder, when
 * that one neither answers nor ends in time.
 */
export async function connectCore(request: Request): Promise<Connection> {
  const deadline = Date.now() + request.patienceMs;
  const usual = socketAddress(request.dataFolder, request.environment);
  for (;;) {
    // spares loading the core; but a pipe of this name is anybody's to make, so there the lock has to name it
    const served = usual.folder === null ? undefined : await reach(usual);
    if (served) return served;
    try {
      return await own(request);
    } catch (error) {
      if (!(error instanceof HoldfastError) || error.code !== 'LOCKED') throw error;
      const path = holderSocket(error);
      const elsewhere =
        path === undefined || path === usual.path ? undefined : await reach({ ...usual, path });
      if (elsewhere) return elsewhere;
      if (Date.now() >= deadline) throw error;
    }
    await sleep(againMs, undefined, { signal: request.interrupted }).catch(() => {
      throw interruption();
    });
  }
}

async function own({ core, dataFolder, unlock }: Request): Promise<Connection> {
  const suite = await core.open({ dataFolder, unlock, waitMs: 0 });
  const session: ClientSession = {};
  return {
    client: inProcessClient(suite.router, session),
    session,
    owner: true,
    close: () => suite.stop(),
  };
}

/** Undefined when the holder listens nowhere: it is another one-shot command. */
function holderSocket({ data }: HoldfastError): string | undefined {
  const held = lockedBy.safeParse(data);
  return held.success ? (held.data.holder.socket ?? undefined) : undefined;
}

/** Undefined when nobody answers there, or not yet, or no more. */
async function reach(address: SocketAddress): Promise<Connection | undefined> {
  try {
    const { client, session, close } = await connectSocket(address);
    return { client, session, owner: false, close };
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'UNAVAILABLE') return undefined;
    throw error;
  }
}
