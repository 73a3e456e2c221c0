import { z } from 'zod';
import { outcomes, severities } from '../../severities.ts';
import { tenantReference, time, uuid, wellFormedText } from '../values.ts';

/** How the log's entries are narrowed. */
export const trailFilter = {
  tenant: tenantReference.optional(),
  from: time.optional(),
  to: time.optional(),
  /** Operator's name or pseudonym, or `system`. */
  actor: z.string().max(200).optional(),
  /** Exact, or a prefix that ends in `.*`. */
  action: z.string().max(100).optional(),
  severity: z.enum(severities).optional(),
  outcome: z.enum(outcomes).optional(),
  /**
   * Words that all have to be there: in the action, the resource or the facts. "Words in a row", a beginning*, -without.
   * Punctuation within a word makes a row of it.
   */
  text: wellFormedText.max(300).optional(),
  resourceKind: z.string().min(1).max(64).optional(),
  resourceId: wellFormedText.min(1).max(400).optional(),
  /** What intent and outcome of one operation share. */
  correlationId: uuid.optional(),
};
