import { tenantReference } from '../../../../shared/contract/values.ts';
import { type TargetCover, targetCoverOf } from '../../../../shared/target-cover.ts';
import { usage } from '../failure.ts';

const wanted = targetCoverOf(tenantReference);

/** What --for takes: all, installation, tier:A,B or tenant:A,B; each of a list may say the word again. Errors: USAGE. */
export function parseCover(text: string): ReturnType<typeof wanted.parse> {
  if (text === 'all') return { kind: 'all' };
  if (text === 'installation') return { kind: 'tenants', tenants: [] };
  const [, kind, list = ''] = /^(tier|tenant):(.+)$/.exec(text) ?? [];
  const names = list.split(',').map((name) => name.replace(`${kind}:`, ''));
  const read = wanted.safeParse(
    kind === 'tier' ? { kind: 'tiers', tiers: names } : { kind: 'tenants', tenants: names },
  );
  if (kind !== undefined && read.success) return read.data;
  throw usage('--for is all, installation, tier:enterprise or tenant:north,south.');
}

/** In a few words, for a list. */
export function coverText(covers: TargetCover): string {
  if (covers.kind === 'all') return 'all';
  if (covers.kind === 'tiers') return `tier:${covers.tiers.join(',')}`;
  const { length } = covers.tenants;
  return length === 0 ? 'installation' : `${length} ${length === 1 ? 'tenant' : 'tenants'}`;
}
