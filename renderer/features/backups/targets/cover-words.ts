import type { TargetCover } from '../../../../shared/target-cover.ts';
import { t } from '../../../i18n/translate.ts';
import { ownerName } from '../../../ui/owner-name.ts';
import type { useTenants } from '../../../ui/use-names.ts';

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
