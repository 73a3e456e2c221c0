import type { Tier } from '../../../../shared/tiers.ts';
import type { Step } from './steps.ts';

export const places = ['in-place', 'parts', 'tenant', 'folder', 'parts-folder'] as const;
export type Place = (typeof places)[number];

/** The place that a plan or a restore names, by what it says of its destination. */
export function placeOf(kind: string, ofParts: boolean): Place {
  if (ofParts) return kind === 'folder' ? 'parts-folder' : 'parts';
  return places.find((known) => known === kind) ?? 'in-place';
}

/** Whether only parts come back, and whether they or all goes into a folder. */
export const isOfParts = (to: Place | undefined): boolean => to === 'parts' || to === 'parts-folder';
export const isFolder = (to: Place | undefined): boolean => to === 'folder' || to === 'parts-folder';

/** What was chosen so far. Ids lie in the address; what was typed lies in this tab only. */
export interface RestoreDraft {
  readonly step: Step;
  /** A tenant's id, `installation`, or nothing yet. */
  readonly source: string | undefined;
  /** One of these two: a whole snapshot, or a point in time (RFC 3339). */
  readonly snapshot: string | undefined;
  readonly at: string | undefined;
  /** Id of the further target whose copy is read; nothing: the first target. */
  readonly from: string | undefined;
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
