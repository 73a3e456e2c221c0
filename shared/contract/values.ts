import { z } from 'zod';
import {
  collectionPattern,
  documentIdPattern,
  type Slug,
  slugPattern,
  snapshotIdPattern,
  type Uuid,
  uuidPattern,
} from '../ids.ts';

const asUuid = (text: string) => text as Uuid;
const asSlug = (text: string) => text as Slug;

export const uuid = z.string().regex(uuidPattern).transform(asUuid);
export const slug = z
  .string()
  .regex(slugPattern, '2 to 40 of a-z, 0-9 and "-", beginning with a letter')
  .transform(asSlug);
/** Wherever a tenant is named, its id or its slug serves. */
export const tenantReference = z
  .string()
  .min(2)
  .max(40)
  .regex(/^[a-z0-9-]+$/);
export const documentId = z.string().regex(documentIdPattern, '1 to 200 of A-Z a-z 0-9 . _ : @ / -');
export const collection = z
  .string()
  .regex(collectionPattern, '1 to 63 of a-z 0-9 _ -, beginning with a letter');
export const snapshotId = z.string().regex(snapshotIdPattern);

/** Text without halves of characters, which neither UTF-8 nor RFC 8785 can hold. */
export const wellFormedText = z.string().refine((text) => text.isWellFormed(), 'no lone surrogates');

/** A path of this machine; whether it will do, its operation says. */
export const localPath = wellFormedText
  .min(1)
  .max(4096)
  .refine((text) => !text.includes('\0'), 'no NUL');

/** A name people read: NFC, 1 to 120 characters, no control characters. */
export const displayName = z
  .string()
  .max(1000)
  .transform((text) => text.normalize('NFC').trim())
  .refine((text) => text.length > 0 && [...text].length <= 120, '1 to 120 characters')
  .refine((text) => !/\p{C}/u.test(text), 'no control characters');

export const reason = wellFormedText.trim().min(3).max(1000);

/** RFC 3339 with any offset, kept as UTC with milliseconds. */
export const time = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString());
export const timestamp = z.iso.datetime();

export const bytes = z.number().int().nonnegative();
export const count = z.number().int().nonnegative();

/** A page of a list. `next` goes back as `cursor`, with the same filter. */
export function page<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}
export const paging = {
  limit: z.number().int().min(1).max(1000).default(100),
  cursor: z.string().max(4000).optional(),
};

/** Long work: the job's id at once, the result when the job is done (jobs.watchJob, jobs.getJob). */
export const jobStarted = z.object({ jobId: uuid });
export type JobStarted = z.infer<typeof jobStarted>;
