import type { Migration } from '../migrations.ts';
import { base } from './control/0001-base.ts';
import { operators } from './control/0002-operators.ts';
import { tenants } from './control/0003-tenants.ts';
import { apiKeys } from './control/0004-api-keys.ts';
import { jobs } from './control/0005-jobs.ts';
import { backups } from './control/0006-backups.ts';
import { settings } from './control/0007-settings.ts';
import { notices } from './control/0008-notices.ts';
import { retention } from './control/0009-retention.ts';
import { recordedCommits } from './control/0010-recorded-commits.ts';
import { drills } from './control/0011-drills.ts';
import { protectedFolders } from './control/0012-protected-folders.ts';
import { backupTargets } from './control/0013-backup-targets.ts';
import { erasures } from './control/0014-erasures.ts';
import { commitTimes } from './control/0015-commit-times.ts';
import { schedules } from './control/0016-schedules-and-restores.ts';
import { remoteTargets } from './control/0017-remote-targets.ts';
import { verifiedCopies } from './control/0018-verified-copies.ts';
import { formerRecoveryKeys } from './control/0019-former-recovery-keys.ts';
import { auditFilters } from './control/0020-audit-filters.ts';
import { jobsByKind } from './control/0021-jobs-by-kind.ts';
import { forwarding } from './control/0022-forwarding.ts';
import { alerts } from './control/0023-alerts.ts';
import { subjectErasures } from './control/0024-subject-erasures.ts';
import { auditRetention } from './control/0025-audit-retention.ts';
import { breaches } from './control/0026-breaches.ts';
import { anomalies } from './control/0027-anomalies.ts';
import { retentionClasses } from './control/0028-retention-classes.ts';
import { retentionCooling } from './control/0029-retention-cooling.ts';
import { controlRestores } from './control/0030-control-restores.ts';
import { standIns } from './control/0031-stand-ins.ts';
import { passphrasesSet } from './control/0032-passphrases-set.ts';

export const controlMigrations: readonly Migration[] = [
  base, // 1
  operators, // 2
  tenants, // 3
  apiKeys, // 4
  jobs, // 5
  backups, // 6
  settings, // 7
  notices, // 8
  retention, // 9
  recordedCommits, // 10
  drills, // 11
  protectedFolders, // 12
  backupTargets, // 13
  erasures, // 14
  commitTimes, // 15
  schedules, // 16
  remoteTargets, // 17
  verifiedCopies, // 18
  formerRecoveryKeys, // 19
  auditFilters, // 20
  jobsByKind, // 21
  forwarding, // 22
  alerts, // 23
  subjectErasures, // 24
  auditRetention, // 25
  breaches, // 26
  anomalies, // 27
  retentionClasses, // 28
  retentionCooling, // 29
  controlRestores, // 30
  standIns, // 31
  passphrasesSet, // 32
];
