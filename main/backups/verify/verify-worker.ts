import { mkdir } from 'node:fs/promises';
import { HoldfastError } from '../../../shared/errors.ts';
import { serveCall } from '../../jobs/serve-call.ts';
import { type RepositoryAccess, withRepository } from '../repository-access.ts';
import { type VerifyPlan, type VerifyReport, verifyRepository } from './verify-repository.ts';

export interface VerifyInput {
  readonly access: RepositoryAccess;
  readonly plan: VerifyPlan;
}

await serveCall<VerifyInput, VerifyReport>(async ({ access, plan }, context) => {
  await mkdir(plan.workFolder, { recursive: true, mode: 0o700 });
  try {
    return await withRepository(access, (repository) =>
      verifyRepository(repository, access.location, plan, context),
    );
  } catch (error) {
    if (!(error instanceof HoldfastError && error.code === 'NOT_FOUND' && error.data.kind === 'repository'))
      throw error;
    const missing = plan.only === null ? plan.catalogued : [plan.only];
    const problems = [
      { snapshotId: null, reason: 'the repository is missing' },
      ...missing.map((snapshotId) => ({ snapshotId, reason: 'its repository is missing' })),
    ];
    return { problems, verified: [], passed: [], uncatalogued: [] };
  }
});
