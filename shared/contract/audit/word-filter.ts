import { z } from 'zod';
import { uuid, wellFormedText } from '../values.ts';

/** How entries are narrowed to what they say. */
export const wordFilter = {
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
