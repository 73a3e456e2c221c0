import { type Clock, toRfc3339 } from '../../shared/clock.ts';
import type { Uuid } from '../../shared/ids.ts';
import type { RetentionPolicy } from '../../shared/retention.ts';
import { tierRules } from '../../shared/tiers.ts';
import { breachesByState, countBreaches } from '../audit/breaches/population.ts';
import type { PopulationName } from '../audit/report/control.ts';
import type { ReportPolicy, ReportSource, TablePopulation } from '../audit/report/needs.ts';
import { countApiKeys, countOperators } from '../auth/population.ts';
import { sessionTimes } from '../auth/sessions.ts';
import { copiesOf, countProvenDrills, countSnapshots } from '../backups/population.ts';
import { policyOf } from '../backups/retention/choose.ts';
import { existingOutside } from '../outside/outside-path.ts';
import type { BackupPlan } from '../schedule/backup-schedule.ts';
import type { DrillPlan } from '../schedule/drill-schedule.ts';
import type { Store } from '../storage/store.ts';
import { countPrincipals, countTenants } from '../tenants/population.ts';
import type { TenantManager } from '../tenants/tenant-manager.ts';

interface Parts {
  readonly control: Store;
  readonly clock: Clock;
  /** The installation's folder. */
  readonly folder: string;
  readonly secrets: 'keychain' | 'passphrase';
  readonly tenants: TenantManager;
  readonly defaultPolicy: (owner: Uuid | null) => RetentionPolicy;
  plans(): readonly BackupPlan[];
  drills(): readonly DrillPlan[];
}

/** What compliance reports say of everything but the log. */
export function reportSource(parts: Parts): ReportSource {
  const { control, tenants, folder } = parts;
  return {
    tenant: (id) => ({ name: tenants.nameOf(id), tier: tenants.tierOf(id) }),
    populations: (owner, period) => populations(control, owner, period),
    policies: (owner) => [
      ...backupPolicies(parts, owner),
      ...accessPolicies(parts),
      breachPolicy(parts, owner),
      auditPolicy(parts, owner),
    ],
    existingFile: (path) => existingOutside(path, folder),
  };
}

function populations(
  control: Store,
  owner: Uuid | null,
  period: Parameters<ReportSource['populations']>[1],
): TablePopulation[] {
  const table = (name: PopulationName, text: string, source: string) => ({ name, text, source });
  const operators = (name: PopulationName, text: string, role: Parameters<typeof countOperators>[1]) => ({
    ...table(name, text, 'table of operators'),
    ...countOperators(control, role, period),
  });
  return [
    ...(owner === null
      ? [
          {
            ...table('tenants', 'Tenants', 'tables of tenants and erasures'),
            ...countTenants(control, period),
          },
        ]
      : []),
    operators('operators', 'Operators', null),
    operators('owners', 'of them owners', 'owner'),
    operators('administrators', 'of them administrators', 'administrator'),
    operators('auditors', 'of them auditors', 'auditor'),
    {
      ...table('principals', 'Users and bots', 'counters of today'),
      now: countPrincipals(control, owner),
      made: 'principal.create',
      gone: 'principal.delete',
    },
    {
      ...table('api-keys', 'API keys in force', 'table of API keys'),
      ...countApiKeys(control, owner, period),
    },
    {
      ...table('snapshots', 'Backups', 'catalogue of the backups that are kept today'),
      ...countSnapshots(control, owner, period),
    },
    {
      ...table('drills', 'Restores proven by drills', 'table of drills'),
      ...countProvenDrills(control, owner, period),
    },
    {
      ...table('breaches', 'Breaches of personal data on record, not closed', 'table of breaches'),
      ...countBreaches(control, owner, period),
    },
  ];
}

function backupPolicies(
  { control, plans, drills, defaultPolicy }: Parts,
  owner: Uuid | null,
): ReportPolicy[] {
  const id = owner ?? 'installation';
  const plan = plans().find((each) => each.owner === id);
  const paused = plan?.setting?.paused ?? null;
  const rules = policyOf(control, { retention: { defaultPolicy } }, { owner, folder: null });
  const rhythm = drills().find((each) => each.owner === id)?.every ?? 'never';
  const { targets, newest } = copiesOf(control, id);
  return [
    {
      name: 'backup-schedule',
      title: 'Schedule of backups',
      text: scheduleText(plan),
      holds: plan !== undefined && plan.most !== 'manual' && paused === null,
    },
    {
      name: 'backup-retention',
      title: 'Backups that are kept',
      text: Object.entries(rules)
        .filter(([, count]) => count > 0)
        .map(([rule, count]) => `${rule} ${count}`)
        .join(', '),
      holds: true,
    },
    { name: 'drill-rhythm', title: 'Restores tried by themselves', text: rhythm, holds: rhythm !== 'never' },
    {
      name: 'copies-elsewhere',
      title: 'Copies in other places',
      text:
        newest === null
          ? 'none'
          : `on ${targets} further target${targets === 1 ? '' : 's'}, the newest backup there of ${toRfc3339(newest)}`,
      holds: newest !== null,
    },
  ];
}

function scheduleText(plan: BackupPlan | undefined): string {
  if (plan === undefined || plan.most === 'manual') return 'by hand only';
  const { setting, every } = plan;
  if (setting === null) return `${every}, as the tier says`;
  const { times, timeZone, paused } = setting;
  const when = {
    tier: () => every,
    every: () => ('minutes' in times ? `every ${times.minutes} minutes` : every),
    at: () =>
      'weekdays' in times ? `at ${times.times.join(', ')} on weekdays ${times.weekdays.join(', ')}` : every,
    cron: () => ('expression' in times ? `cron ${times.expression}` : every),
  }[times.kind]();
  return `${when} (${timeZone})${paused === null ? '' : `, paused until ${paused.until}`}`;
}

const minutes = (ms: number) => Math.round(ms / 60_000);

/** So by the program itself, for everybody. */
function accessPolicies({ secrets }: Parts): ReportPolicy[] {
  const { idleMs, lifetimeMs, freshMs } = sessionTimes;
  return [
    {
      name: 'roles',
      title: 'Roles',
      text: 'owner, administrator, operator, auditor; each operation names the permission it needs, and what is not listed for a role is refused',
      holds: true,
    },
    {
      name: 'step-up',
      title: 'Fresh proof',
      text: `the passphrase again, not older than ${minutes(freshMs)} minutes, before critical operations`,
      holds: true,
    },
    {
      name: 'idle-lock',
      title: 'End of sessions',
      text: `after ${minutes(idleMs)} minutes without use, and after ${minutes(lifetimeMs)} minutes in any case`,
      holds: true,
    },
    {
      name: 'sealing',
      title: 'Sealing',
      text: `backups: AES-256 and Poly1305, a key for each tenant; personal fields and secrets: AES-256-GCM; the master key: ${
        secrets === 'keychain'
          ? 'in the keychain of the operating system'
          : 'sealed under passphrases with scrypt'
      }; live data: by the encryption of the disk`,
      holds: true,
    },
    {
      name: 'audit-retention',
      title: 'Keeping of the log',
      text: 'at least 2192 days; entries cannot be taken out without that being seen',
      holds: true,
    },
  ];
}

function breachPolicy({ control, clock }: Parts, owner: Uuid | null): ReportPolicy {
  const { told, decided, open, pastDue } = breachesByState(control, owner, clock.now());
  return {
    name: 'breach-notices',
    title: 'Breaches on record',
    text: `the authority or the controllers were told of ${told}, the authority need not be told of ${decided}; neither: ${open}, of them past the 72 hours: ${pastDue}`,
    holds: told + decided > 0 && pastDue === 0,
  };
}

function auditPolicy({ tenants }: Parts, owner: Uuid | null): ReportPolicy {
  const level = owner === null ? 'full' : tierRules[tenants.tierOf(owner)].audit;
  return {
    name: 'audit-level',
    title: 'What the log keeps',
    text:
      level === 'full'
        ? 'who, what, when, outcome, reason, states before and after, and what was read'
        : 'who, what, when and outcome',
    holds: true,
  };
}
