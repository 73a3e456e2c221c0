import { z } from 'zod';
import { operation } from './operation.ts';
import {
  bytes,
  count,
  jobStarted,
  localPath,
  page,
  paging,
  reason,
  tenantReference,
  timestamp,
  uuid,
} from './values.ts';

const subjectKind = z.enum(['user', 'bot', 'operator']);

/** Where a copy of the keys lay that opened what was sealed for the person. */
const place = z.object({
  /** null: the first target. */
  targetId: uuid.nullable(),
  name: z.string(),
  /**
   * `erased`: the copy there was replaced, read again, and opens nothing of the person. `pending`: not yet, or an older copy is
   * kept there; until then it is readable with the recovery key. `abandoned`: the target was removed from Holdfast before that.
   */
  state: z.enum(['erased', 'pending', 'abandoned']),
  time: timestamp,
  /** An older copy is kept until then, by an object lock or as an older version; `until` null: without a known end. */
  locked: z.object({ until: timestamp.nullable() }).nullable(),
});

/** A person (or a bot) whose key was destroyed; no name is in it. */
export const subjectErasure = z.object({
  subjectId: uuid,
  /** The name under which the person stands in the audit log. */
  pseudonym: z.string(),
  kind: subjectKind,
  /** null: an operator. */
  tenantId: uuid.nullable(),
  erasedAt: timestamp,
  /** null: it was cut off, and is ended by the next start. */
  keyDestroyedAt: timestamp.nullable(),
  /** Entries of the audit log that name the person by pseudonym, and sealed fields in them; null until counted. */
  logged: z.object({ entries: count, fields: count }).nullable(),
  places: z.array(place),
  /** A signed note (docs/formats/erasure-certificate.md); null until a new one is due and made. */
  certificate: z.string().nullable(),
});
export type SubjectErasure = z.infer<typeof subjectErasure>;

export const subjectExport = z.object({
  file: z.string(),
  entries: count,
  /** Sealed fields that were opened for it. */
  fields: count,
  bytes,
});
export type SubjectExport = z.infer<typeof subjectExport>;

/** A user or bot of a tenant; without a tenant: an operator. */
const ofSubject = z.object({ tenant: tenantReference.optional(), subjectId: uuid });

/** Who a person is, and how much is kept about them. */
const keptOfSubject = z.object({
  subjectId: uuid,
  pseudonym: z.string(),
  kind: subjectKind,
  tenantId: uuid.nullable(),
  /** The id where the name cannot be read any more. For an erasure it is typed as `confirm`. */
  name: z.string(),
  entries: count,
  /** Sealed ones that can be opened still. */
  fields: count,
  apiKeys: count,
});

export const subjectOperations = {
  /** What an erasure of a person would destroy, and what stands in its way. Of operators: needs `operators:write` too. */
  planSubjectErasure: operation({
    permission: 'tenants:write',
    action: 'subject.erase.plan',
    audited: 'read',
  })
    .input(ofSubject)
    .output(
      keptOfSubject.extend({
        sessions: count,
        places: z.array(
          z.object({ targetId: uuid.nullable(), name: z.string(), state: z.enum(['ready', 'away']) }),
        ),
        obstacles: z.array(z.string()),
      }),
    ),
  /**
   * Destroys a person's key, rows, API keys and sessions; nothing brings them back. Their entries stay in the log, under the
   * pseudonym. The job's result: `subjectErasure`.
   */
  eraseSubject: operation({
    permission: 'tenants:write',
    action: 'subject.erase',
    severity: 'critical',
    critical: true,
    stepUp: true,
    cure: true,
    job: true,
  })
    /** `confirm`: the person's name, typed. `reason` stays in the log: no name belongs in it. */
    .input(ofSubject.extend({ confirm: z.string().max(1000), reason }))
    .output(jobStarted),
  /** What an export of a person would hold. Of operators: needs `operators:write` too. */
  planSubjectExport: operation({
    permission: 'tenants:write',
    action: 'subject.export.plan',
    audited: 'read',
  })
    .input(ofSubject)
    .output(keptOfSubject),
  /**
   * Writes everything that is kept about a person, in clear, to a zip file of this machine that does not exist yet: for the person
   * who asks for it. In the log of every tier. The job's result: `subjectExport`.
   */
  exportSubjectData: operation({
    permission: 'tenants:write',
    action: 'subject.export',
    severity: 'warning',
    stepUp: true,
    job: true,
    limitsHarm: true,
  })
    .input(ofSubject.extend({ file: localPath }))
    .output(jobStarted),
  /** Newest first. */
  listSubjectErasures: operation({ permission: 'tenants:read' })
    .input(z.object({ ...paging }))
    .output(page(subjectErasure)),
};
