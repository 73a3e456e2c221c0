import type { EntryEvidence, Evidence, PolicyName, PopulationName } from './control.ts';

const entries = (
  text: string,
  actions: readonly string[],
  more: Partial<Omit<EntryEvidence, 'kind' | 'text' | 'actions'>>,
): Evidence => ({ kind: 'entries', text, actions, of: 'owner', ...more });
const population = (of: PopulationName, text: string): Evidence => ({
  kind: 'population',
  text,
  population: of,
});
const policy = (of: PolicyName, text: string): Evidence => ({ kind: 'policy', text, policy: of });

const [done, failed] = [{ outcome: 'success' }, { outcome: 'failure' }] as const;
const own = { of: 'installation' } as const;
const both = { of: 'both' } as const;

/** What controls of all standards draw on, so that the same fact is counted in the same way everywhere. */
export const evidence = {
  // who may get in
  signIns: entries('Sign-ins of operators', ['auth.sign-in'], { ...own, ...done }),
  refusedSignIns: entries('Sign-ins that were refused', ['auth.sign-in'], { ...own, ...failed }),
  signOuts: entries('Sign-outs of operators', ['auth.sign-out'], { ...own, ...done }),
  operatorsMade: entries('Operators created', ['operator.create'], { ...own, ...done }),
  operatorsDisabled: entries('Operators disabled', ['operator.disable'], { ...own, ...done }),
  operatorsEnabled: entries('Operators enabled again', ['operator.enable'], { ...own, ...done }),
  passphrasesSet: entries(
    'Passphrases set anew',
    ['operator.passphrase.reset', 'operator.passphrase.change'],
    { ...own, ...done },
  ),
  principalsMade: entries('Users and bots created', ['principal.create'], done),
  principalsEnded: entries(
    'Users and bots disabled or deleted',
    ['principal.disable', 'principal.delete'],
    done,
  ),
  principalsEnabled: entries('Users and bots enabled again', ['principal.enable'], done),
  keysMade: entries('API keys created', ['auth.key.create'], done),
  keysRevoked: entries('API keys revoked', ['auth.key.revoke'], done),
  refusals: entries('Operations that were refused or failed', [], { ...both, ...failed }),
  operators: population('operators', 'Operators at the beginning and the end'),
  principals: population('principals', 'Users and bots at the beginning and the end'),
  apiKeys: population('api-keys', 'API keys in force at the beginning and the end'),
  roles: policy('roles', 'What each role may do'),
  stepUp: policy('step-up', 'A fresh proof before what can not be taken back'),
  idleLock: policy('idle-lock', 'Sessions end by themselves'),
  // what was done
  changes: entries(
    'Changes to the tenant or its settings',
    ['tenant.*', 'backup.schedule.*', 'backup.retention.set', 'backup.target.*', 'backup.folder.*'],
    { ...both, ...done },
  ),
  critical: entries('Critical operations that were carried out', [], {
    ...both,
    ...done,
    severity: 'critical',
  }),
  dataReads: entries(
    'Documents and files that were read',
    ['data.get', 'data.list', 'data.history', 'file.get'],
    done,
  ),
  dataChanges: entries(
    'Documents and files that were changed',
    ['data.put', 'data.import', 'data.import.undo', 'file.add'],
    done,
  ),
  dataDeleted: entries('Documents and files that were deleted', ['data.delete', 'file.delete'], done),
  dataExports: entries('Data that was handed out in a common form', ['data.export'], done),
  dataHistory: entries('Histories of documents that were looked at', ['data.history'], done),
  erasures: entries('People or tenants erased', ['principal.delete', 'tenant.erase'], { ...both, ...done }),
  erasuresProved: entries('Erasures that were proved', ['tenant.erase.prove'], { ...both, ...done }),
  suspensions: entries(
    'Tenants suspended, users and bots disabled',
    ['tenant.suspend', 'principal.disable'],
    { ...both, ...done },
  ),
  // the log
  logReviews: entries('Entries that were read or searched', ['audit.read'], { ...both, ...done }),
  verifications: entries('Verifications of the log, drills of it', ['audit.verify', 'audit.drill'], {
    ...both,
    ...done,
  }),
  logExports: entries('Logs exported, reports made', ['audit.export', 'audit.report'], { ...both, ...done }),
  logKeys: entries('The key that signs the log was replaced', ['audit.key.rotate'], { ...own, ...done }),
  recoveryKeys: entries('The recovery key was confirmed or replaced', ['installation.recovery-key.*'], {
    ...own,
    ...done,
  }),
  witnessed: entries('Checkpoints that somebody else cosigned', ['audit.witness.take'], { ...own, ...done }),
  heartbeats: entries('Signs of life of the log', ['log.heartbeat'], own),
  clock: entries('Jumps of the clock, times of sleep', ['log.clock.jump', 'log.suspend', 'log.resume'], own),
  contradictions: entries('A log that did not fit its anchor was acknowledged', ['audit.acknowledge'], {
    ...own,
    ...done,
  }),
  tampered: entries(
    'Rows that were changed behind the program',
    ['operator.tampered', 'log.retention.tampered'],
    own,
  ),
  intact: { kind: 'log', text: 'Every stored value was read again and leads to the signed head' } as const,
  auditLevel: policy('audit-level', 'What the log keeps'),
  auditRetention: policy('audit-retention', 'How long the log keeps it'),
  alertsSeen: entries('Notices that somebody has seen', ['alert.acknowledge'], { ...own, ...done }),
  breachesRecorded: entries(
    'Breaches recorded, and their records changed or closed',
    ['breach.record', 'breach.update', 'breach.close', 'breach.reopen'],
    done,
  ),
  breachesToldAuthority: entries(
    'Notices to the authority, and decisions not to tell',
    ['breach.notify-authority', 'breach.decide'],
    done,
  ),
  breachesToldControllers: entries(
    'Notices of a breach to those for whom data is processed',
    ['breach.notify-controller'],
    done,
  ),
  breachesToldPeople: entries(
    'Notices to people of a breach, and decisions not to tell',
    ['breach.notify-people', 'breach.decide'],
    done,
  ),
  breaches: population('breaches', 'Breaches on record that are not closed'),
  breachNotices: policy('breach-notices', 'Nothing is past the 72 hours without a notice or a decision'),
  // getting it back
  backups: entries('Backups that were made', ['backup.create'], done),
  backupsVerified: entries('Backups that were verified', ['backup.verify'], done),
  drills: entries('Restores that were tried', ['backup.drill'], done),
  restores: entries('Restores', ['backup.restore', 'backup.restore.undo', 'backup.restore.resume'], done),
  healed: entries('Damaged backups that were healed or repaired', ['backup.heal', 'backup.repair'], done),
  copies: entries('Copies that were brought up to date elsewhere', ['backup.target.sync'], {
    ...own,
    ...done,
  }),
  holds: entries('Legal holds placed or lifted', ['backup.hold.*'], done),
  removed: entries('Backups removed by the policy', ['backup.forget', 'backup.retention.apply'], done),
  snapshots: population('snapshots', 'Backups that are kept'),
  drillsProven: population('drills', 'Restores proven by a drill'),
  schedule: policy('backup-schedule', 'When backups are made'),
  backupRetention: policy('backup-retention', 'Which backups are kept'),
  drillRhythm: policy('drill-rhythm', 'How often a restore is tried'),
  copiesElsewhere: policy('copies-elsewhere', 'Copies in another place'),
  sealing: policy('sealing', 'How data, backups and secrets are sealed'),
} as const satisfies Record<string, Evidence>;
