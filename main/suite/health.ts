import type { ManagerHealth } from '../../shared/contract/suite.ts';
import { HoldfastError } from '../../shared/errors.ts';

/** What another error says may hold paths, statements or data. */
const unforeseen = 'Something unforeseen went wrong. The log of this process has the details.';

/** A manager that cannot say how it is, is down. Errors that are not of the contract go to `report` alone. */
export async function healthOf(
  ask: () => ManagerHealth | Promise<ManagerHealth>,
  report: (error: unknown) => void,
): Promise<ManagerHealth> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof HoldfastError) return { state: 'down', problem: error.message };
    report(error);
    return { state: 'down', problem: unforeseen };
  }
}
