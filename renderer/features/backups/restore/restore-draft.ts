import type { Tier } from '../../../../shared/tiers.ts';
import type { Step } from './steps.ts';

export const places = ['in-place', 'parts', 'tenant', 'folder'] as const;
export type Place = (typeof places)[number];

/** What was chosen so far. Ids lie in the address; what was typed lies in this tab only. */
export interface RestoreDraft {
  readonly step: Step;
  /** A tenant's id, `installation`, or nothing yet. */
  readonly source: string | undefined;
  /** One of these two: a whole snapshot, or a point in time (RFC 3339). */
  readonly snapshot: string | undefined;
  readonly at: string | undefined;
  readonly to: Place | undefined;
  readonly folder: string;
  /** Parts of the data, one a line. */
  readonly parts: string;
  /** Of the new tenant. */
  readonly name: string;
  /** Nothing: that of the tenant whose backup it is. */
  readonly tier: Tier | undefined;
  /** The job that worked out what would happen. */
  readonly plan: string | undefined;
  /** The plan whose losses somebody agreed to. */
  readonly accepted: string | undefined;
  readonly reason: string;
  /** The restore itself. */
  readonly job: string | undefined;
}
