export const tiers = ['free', 'standard', 'professional', 'enterprise'] as const;
export type Tier = (typeof tiers)[number];

/** How often a restore is tried by itself. */
export const drillRhythms = ['never', 'quarterly', 'monthly', 'weekly'] as const;
export type DrillRhythm = (typeof drillRhythms)[number];

/** null means unlimited. Sizes are bytes, in powers of ten. */
export interface TierRules {
  readonly bots: number | null;
  readonly users: number | null;
  readonly storageBytes: number | null;
  /** basic: who, what, when, outcome. */
  readonly audit: 'basic' | 'full';
  /** scoped: a key may hold fewer scopes than its principal. */
  readonly apiKeys: 'none' | 'plain' | 'scoped' | 'advanced';
  readonly oauth: boolean;
  readonly saml: boolean;
  readonly reports: 'none' | 'standard' | 'custom';
  readonly backups: 'manual' | 'weekly' | 'daily' | 'hourly';
  readonly drills: DrillRhythm;
  readonly replication: boolean;
}

const gigabyte = 10 ** 9;

export const tierRules = {
  free: {
    bots: 1,
    users: 5,
    storageBytes: 10 * gigabyte,
    audit: 'basic',
    apiKeys: 'none',
    oauth: false,
    saml: false,
    reports: 'none',
    backups: 'manual',
    drills: 'never',
    replication: false,
  },
  standard: {
    bots: 3,
    users: 50,
    storageBytes: 100 * gigabyte,
    audit: 'full',
    apiKeys: 'plain',
    oauth: false,
    saml: false,
    reports: 'none',
    backups: 'weekly',
    drills: 'quarterly',
    replication: false,
  },
  professional: {
    bots: 10,
    users: 500,
    storageBytes: 1000 * gigabyte,
    audit: 'full',
    apiKeys: 'scoped',
    oauth: true,
    saml: false,
    reports: 'standard',
    backups: 'daily',
    drills: 'monthly',
    replication: false,
  },
  enterprise: {
    bots: null,
    users: null,
    storageBytes: null,
    audit: 'full',
    apiKeys: 'advanced',
    oauth: true,
    saml: true,
    reports: 'custom',
    backups: 'hourly',
    drills: 'weekly',
    replication: true,
  },
} as const satisfies Record<Tier, TierRules>;
