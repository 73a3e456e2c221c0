import { tierRules } from '../../shared/tiers.ts';
import type { AdvancedAuth } from '../auth/advanced-auth.ts';
import type { CopySource } from '../backups/needs.ts';
import type { Keyring } from '../secrets/keyring.ts';
import type { TenantManager } from '../tenants/tenant-manager.ts';
import type { Erasures } from './erasures.ts';
import type { SubjectErasures } from './subjects/subject-erasures.ts';

interface Parts {
  readonly tenants: TenantManager;
  readonly auth: AdvancedAuth;
  readonly keyring: Keyring;
  /** Those who certify what was erased: they are made after whoever copies. */
  erased(): { readonly erasures: Erasures; readonly subjects: SubjectErasures };
}

/** Whose backups are copied, what signs in to the places, and who is told what became of the copies of the erased. */
export function copySource({ tenants, auth, keyring, erased }: Parts): CopySource {
  return {
    mayReplicate: (id) => tierRules[tenants.tierOf(id)].replication,
    tierOf: (id) => tenants.tierOf(id),
    credentials: (id) => keyring.targetCredentials(id),
    putCredentials: (id, credentials) => keyring.putTargetCredentials(id, credentials),
    operatorName: (id) => auth.operatorName(id),
    copyKept: (transaction, owner, targetId, until) => {
      if (owner !== 'installation') erased().erasures.copyKept(transaction, owner, targetId, until);
    },
    copyErased: (transaction, owner, targetId) => {
      if (owner !== 'installation') erased().erasures.copyErased(transaction, owner, targetId);
    },
    copiesReplaced: (targetId, kept) => erased().subjects.copiesReplaced(targetId, kept),
    targetRemoved: (transaction, targetId) => {
      const { erasures, subjects } = erased();
      erasures.targetRemoved(transaction, targetId);
      subjects.targetRemoved(transaction, targetId);
    },
    synchronised: async () => {
      const { erasures, subjects } = erased();
      await erasures.certifyAgain();
      await subjects.certifyAgain();
    },
  };
}
