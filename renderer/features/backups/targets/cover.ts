import type { TargetCover } from '../../../../shared/target-cover.ts';
import type { Tier } from '../../../../shared/tiers.ts';
import { t } from '../../../i18n/translate.ts';
import { ownerName } from '../../../ui/owner-name.ts';
import type { useTenants } from '../../../ui/use-names.ts';

export const coverKinds = ['all', 'tiers', 'tenants'] as const;

/** What stands in the fields of whose copies a target is to have. */
export interface CoverDraft {
  readonly cover: (typeof coverKinds)[number];
  readonly tiers: readonly Tier[];
  /** Ids; none: only the installation's own. */
  readonly tenants: readonly string[];
}

export const everybody: CoverDraft = { cover: 'all', tiers: [], tenants: [] };

export function coverDraftOf(covers: TargetCover): CoverDraft {
  return {
    cover: covers.kind,
    tiers: covers.kind === 'tiers' ? covers.tiers : [],
    tenants: covers.kind === 'tenants' ? covers.tenants : [],
  };
}

export const isCoverComplete = ({ cover, tiers }: CoverDraft) => cover !== 'tiers' || tiers.length > 0;

export function coverOf({ cover, tiers, tenants }: CoverDraft) {
  switch (cover) {
    case 'all':
      return { kind: 'all' as const };
    case 'tiers':
      return { kind: 'tiers' as const, tiers: [...tiers] };
    case 'tenants':
      return { kind: 'tenants' as const, tenants: [...tenants] };
  }
}

/** As the command line takes it. */
export function coverOption({ cover, tiers, tenants }: CoverDraft): string {
  if (cover === 'all') return '--for all';
  if (cover === 'tiers') return `--for tier:${tiers.join(',') || 'TIER'}`;
  return tenants.length === 0 ? '--for installation' : `--for tenant:${tenants.join(',')}`;
}

const tenantsNamed = 3;

/** In words: whose copies a target has. */
export function coverWords(covers: TargetCover, names: ReturnType<typeof useTenants>): string {
  if (covers.kind === 'all') return t('targets.cover.words.all');
  if (covers.kind === 'tiers') {
    const of = covers.tiers.map((tier) => t(`words.tier.${tier}`)).join(', ');
    return t('targets.cover.words.tiers', { tiers: of });
  }
  if (covers.tenants.length === 0) return t('targets.cover.words.installation');
  const named = covers.tenants.slice(0, tenantsNamed).map((id) => ownerName(id, names));
  const count = covers.tenants.length - named.length;
  const tenants = named.join(', ');
  return count === 0
    ? t('targets.cover.words.tenants', { tenants })
    : t('targets.cover.words.more', { tenants, count });
}
