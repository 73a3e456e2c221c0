import { HoldfastError } from '../../../shared/errors.ts';
import { type Tier, tierRules } from '../../../shared/tiers.ts';

/** Whether controls, notes and a logo may be chosen; the installation itself has no tier. */
export function mayCustomise(tier: Tier | undefined): boolean {
  return tier === undefined || tierRules[tier].reports === 'custom';
}

/** What a tenant's tier has. Errors: TIER_FORBIDS, naming the tier that has it. */
export function requireReports(tier: Tier | undefined, customised: boolean): void {
  if (tier === undefined) return;
  if (tierRules[tier].reports === 'none') {
    throw new HoldfastError(
      'TIER_FORBIDS',
      `The tier ${tier} has no compliance reports. The tiers professional and enterprise have them.`,
      { tier, feature: 'reports', reason: 'reports-tier' },
    );
  }
  if (customised && !mayCustomise(tier)) {
    throw new HoldfastError(
      'TIER_FORBIDS',
      `In the tier ${tier} reports are standard ones. The tier enterprise chooses controls, notes and a logo.`,
      { tier, feature: 'customReports', reason: 'custom-reports-tier' },
    );
  }
}
