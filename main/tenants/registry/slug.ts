import { HoldfastError } from '../../../shared/errors.ts';
import { type Slug, slugPattern, uuidPattern } from '../../../shared/ids.ts';
import { foldName } from './fold-name.ts';

const maximumLength = 40;
/** Words that stand beside tenants' ids elsewhere. */
const reserved = new Set(['installation', 'tenant', 'tenants', 'all']);

/** Whether `text` may be a tenant's slug: never one that could be read as an id. */
function isSlug(text: string): text is Slug {
  return slugPattern.test(text) && !uuidPattern.test(text) && !reserved.has(text);
}

/** Throws VALIDATION. */
export function requireSlug(text: string): Slug {
  if (isSlug(text)) return text;
  throw new HoldfastError('VALIDATION', `"${text}" cannot be a slug: choose another one.`, {
    issues: [{ path: 'slug', reason: reserved.has(text) ? 'reserved' : 'form' }],
  });
}

/** The first free slug made from `name`: transliterated, with -2, -3, ... as long as `isTaken` says so. */
export function slugFromName(name: string, isTaken: (slug: Slug) => boolean): Slug {
  const words = foldName(name)
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  const stem = /^[a-z]/.test(words) ? words : `t-${words}`;
  for (let attempt = 1; ; attempt += 1) {
    const suffix = attempt === 1 ? '' : `-${attempt}`;
    const slug = `${stem.slice(0, maximumLength - suffix.length).replace(/-+$/, '')}${suffix}`;
    if (isSlug(slug) && !isTaken(slug)) return slug;
  }
}
