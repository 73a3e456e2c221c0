import type { Standard } from '../../../../shared/compliance.ts';
import { HoldfastError } from '../../../../shared/errors.ts';
import type { Control } from '../control.ts';
import { gdpr } from './gdpr.ts';
import { hipaa } from './hipaa.ts';
import { iso27001 } from './iso27001.ts';
import { soc2 } from './soc2.ts';

export const catalogue = { hipaa, gdpr, soc2, iso27001 } as const satisfies Record<
  Standard,
  readonly Control[]
>;

/** The controls of a standard, or those that were chosen of it, in its own order. Errors: VALIDATION (one there is not). */
export function controlsOf(standard: Standard, chosen: readonly string[] | undefined): readonly Control[] {
  const all: readonly Control[] = catalogue[standard];
  if (chosen === undefined) return all;
  const known = new Set(all.map(({ id }) => id));
  const issues = chosen.flatMap((id, at) =>
    known.has(id) ? [] : [{ path: `controls.${at}`, reason: 'no-such-control' }],
  );
  if (issues.length > 0) {
    throw new HoldfastError(
      'VALIDATION',
      'The standard has no such control. A preview lists those there are.',
      { issues },
    );
  }
  return all.filter(({ id }) => chosen.includes(id));
}
