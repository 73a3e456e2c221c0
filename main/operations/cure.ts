import { HoldfastError } from '../../shared/errors.ts';

/** Space that is kept for what helps against a full disk. */
export interface Reserve {
  /** Given up to a cure, and not taken back yet. */
  readonly spent: boolean;
  /** Takes it back where there is room. Answers whether it is held now. */
  hold(): Promise<boolean>;
  /** Answers whether there was any to give. */
  spend(): Promise<boolean>;
}

/** Runs a cure; a full disk costs the reserve and one more attempt. */
export async function withReserve<Result>(reserve: Reserve, attempt: () => Promise<Result>): Promise<Result> {
  try {
    return await attempt();
  } catch (error) {
    if (!isForWantOfSpace(error) || !(await reserve.spend())) throw error;
    return await attempt();
  }
}

/** Nothing but cures while the reserve is spent: anything else would take what they need. Throws STORAGE_FULL. */
export async function refuseWhileSpent(reserve: Reserve): Promise<void> {
  if (!reserve.spent || (await reserve.hold())) return;
  throw new HoldfastError(
    'STORAGE_FULL',
    'The disk is full and the reserve is in use, so only what frees space is allowed. Free some space on the disk of the data folder.',
    { where: 'reserve' },
  );
}

function isForWantOfSpace(error: unknown): boolean {
  if (!(error instanceof HoldfastError)) return false;
  return error.code === 'STORAGE_FULL' || error.data.cause === 'STORAGE_FULL';
}
