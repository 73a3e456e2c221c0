import { mkdir } from 'node:fs/promises';
import { HoldfastError } from '../../../shared/errors.ts';
import { serveCall } from '../../jobs/serve-call.ts';
import { type RepositoryAccess, withRepository } from '../repository-access.ts';
import { type VerifyPlan, type VerifyReport, verifyRepository } from './verify-repository.ts';

export interface VerifyInput {
  readonly access: RepositoryAccess;
  readonly plan: VerifyPlan;
}

serveCall<VerifyInput, VerifyReport>(async ({ access, plan }, context) => {
  await mkdir(plan.workFolder, { recursive: true, mode: 0o700 });
  try {
    return await withRepository(access, async (repository) => {
      const report = await verifyRepository(repository, access.location, plan, context);
      if (plan.only !== null || (await repository.opensWith({ derived: access.recovery }))) return report;
      const reason = 'keys: none of them opens with the recovery key';
      return { ...report, problems: [...report.problems, { snapshotId: null, reason }] };
    });
  } catch (error) {
    if (!(error instanceof HoldfastError && error.code === 'NOT_FOUND' && error.data.kind === 'repository'))
      throw error;
    const missing = plan.only === null ? plan.catalogued : [plan.only];
    const problems = [
      { snapshotId: null, reason: 'the repository is missing' },
      ...missing.map((snapshotId) => ({ snapshotId, reason: 'its repository is missing' })),
    ];
    return { problems, verified: [], passed: [], uncatalogued: [], notes: [] };
  }
});
