import type { Step } from './steps.ts';

/** What was chosen so far. Ids lie in the address; what was typed lies in this tab only. */
export interface RestoreDraft {
  readonly step: Step;
  /** A tenant's id, `installation`, or nothing yet. */
  readonly source: string | undefined;
  /** One of these two: a whole snapshot, or a point in time (RFC 3339). */
  readonly snapshot: string | undefined;
  readonly at: string | undefined;
  readonly to: 'in-place' | 'folder' | undefined;
  readonly folder: string;
  /** The job that worked out what would happen. */
  readonly plan: string | undefined;
  /** The plan whose losses somebody agreed to. */
  readonly accepted: string | undefined;
  readonly reason: string;
  /** The restore itself. */
  readonly job: string | undefined;
}
