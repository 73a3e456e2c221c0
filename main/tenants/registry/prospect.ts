import type { Slug } from '../../../shared/ids.ts';
import { type Tier, tierRules } from '../../../shared/tiers.ts';
import type { Reading } from '../../storage/store.ts';
import { requireSlug } from './slug.ts';
import { isSlugTaken, requireTenant } from './tenant-store.ts';

/** A tenant that is to be made like another one: of its tier, where none is asked for. */
export interface WantedTenant {
  readonly name: string;
  readonly slug?: Slug | undefined;
  readonly tier?: Tier | undefined;
}

/** What its tier would allow, and what stands in the way, in words. Errors: NOT_FOUND, VALIDATION (slug). */
export function tenantProspect(control: Reading, like: string, { slug, tier }: WantedTenant) {
  const allowed = tierLike(control, like, tier);
  const taken = slug !== undefined && isSlugTaken(control, requireSlug(slug));
  return {
    tier: allowed,
    storageLimit: tierRules[allowed].storageBytes,
    obstacles: taken ? [`The slug "${slug}" is taken: slugs are never given twice. Choose another.`] : [],
  };
}

/** Errors: NOT_FOUND. */
export function tierLike(control: Reading, like: string, tier: Tier | undefined): Tier {
  return tier ?? requireTenant(control, like).tier;
}
