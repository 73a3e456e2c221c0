import { z } from 'zod';
import { principalKinds, tenantStates } from '../states.ts';
import { tiers } from '../tiers.ts';
import { erasureOperations } from './erasures.ts';
import { operation } from './operation.ts';
import { subjectOperations } from './subjects.ts';
import {
  bytes,
  collection,
  count,
  displayName,
  documentId,
  jobStarted,
  localPath,
  page,
  paging,
  slug,
  tenantReference,
  time,
  timestamp,
  uuid,
  wellFormedText,
} from './values.ts';

const principalStates = ['active', 'disabled'] as const;

const limits = z.object({ bots: count.nullable(), users: count.nullable(), storageBytes: bytes.nullable() });

export const tenant = z.object({
  id: uuid,
  slug: z.string(),
  name: z.string(),
  tier: z.enum(tiers),
  state: z.enum(tenantStates),
  /** Made from sample data, removable in one step. */
  sample: z.boolean(),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type Tenant = z.infer<typeof tenant>;

export const tenantUsage = z.object({
  tenantId: uuid,
  usage: z.object({ bots: count, users: count, storageBytes: bytes }),
  limits,
  warnings: z.array(z.object({ quota: z.enum(['bots', 'users', 'storageBytes']), percent: z.number() })),
});
export type TenantUsage = z.infer<typeof tenantUsage>;

export const principal = z.object({
  id: uuid,
  tenantId: uuid,
  kind: z.enum(principalKinds),
  name: z.string(),
  externalId: z.string().nullable(),
  state: z.enum(principalStates),
  scopes: z.array(z.string()),
  createdAt: timestamp,
  lastSeenAt: timestamp.nullable(),
});
export type Principal = z.infer<typeof principal>;

export const documentRevision = z.object({
  collection: z.string(),
  id: z.string(),
  revision: z.number().int().positive(),
  /** live: what a get answers; superseded: an earlier one; deleted: the mark a deletion leaves. */
  state: z.enum(['live', 'superseded', 'deleted']),
  updatedAt: timestamp,
  value: z.json().nullable(),
});
export type DocumentRevision = z.infer<typeof documentRevision>;

export const tenantFile = z.object({
  id: uuid,
  name: z.string(),
  size: bytes,
  sha256: z.string(),
  createdAt: timestamp,
});
export type TenantFile = z.infer<typeof tenantFile>;

/** The path of a file inside a tenant: any characters but controls, `/` between parts, no `.` or `..` part. */
export const fileName = wellFormedText
  .min(1)
  .max(1000)
  .transform((text) => text.normalize('NFC'))
  .refine((text) => !/\p{Cc}/u.test(text), 'no control characters')
  .refine(
    (text) => text.split('/').every((part) => part !== '' && part !== '.' && part !== '..'),
    'no empty, "." or ".." part',
  );

export const importRecord = z.object({
  id: uuid,
  collection: z.string(),
  state: z.enum(['running', 'done', 'undone', 'interrupted']),
  imported: count,
  skipped: count,
  startedAt: timestamp,
});

/** What a finished import job answers. */
export const importResult = z.object({
  importId: uuid,
  imported: count,
  skipped: count,
  failed: z.array(z.object({ line: z.number().int().positive(), reason: z.string() })),
});
export type ImportResult = z.infer<typeof importResult>;

const ofTenant = z.object({ tenant: tenantReference });
const ofPrincipal = ofTenant.extend({ principalId: uuid });
const ofDocument = ofTenant.extend({ collection, id: documentId });

/** A target on which a copy of a destroyed key lies still; `targetId` null: the first one, which has no name. */
const keyCopy = z.object({ targetId: uuid.nullable(), name: z.string() });
export type KeyCopy = z.infer<typeof keyCopy>;

export const tenants = {
  createTenant: operation({ permission: 'tenants:write', action: 'tenant.create', severity: 'warning' })
    .input(
      z.object({
        name: displayName,
        tier: z.enum(tiers),
        slug: slug.optional(),
        sample: z.boolean().default(false),
      }),
    )
    .output(tenant),
  getTenant: operation({ permission: 'tenants:read' }).input(ofTenant).output(tenant),
  listTenants: operation({ permission: 'tenants:read' })
    .input(
      z.object({
        ...paging,
        search: z.string().max(120).optional(),
        tier: z.enum(tiers).optional(),
        state: z.enum(tenantStates).optional(),
        sort: z.enum(['name', 'createdAt']).default('name'),
      }),
    )
    .output(page(tenant)),
  /** A change of tier below what is used is refused with the list of what is over. */
  updateTenant: operation({ permission: 'tenants:write', action: 'tenant.update', severity: 'warning' })
    .input(ofTenant.extend({ name: displayName.optional(), tier: z.enum(tiers).optional() }))
    .output(tenant),
  suspendTenant: operation({
    permission: 'tenants:write',
    action: 'tenant.suspend',
    severity: 'critical',
    critical: true,
    stepUp: true,
    limitsHarm: true,
  })
    .input(ofTenant)
    .output(tenant),
  resumeTenant: operation({ permission: 'tenants:write', action: 'tenant.resume', severity: 'warning' })
    .input(ofTenant)
    .output(tenant),
  getUsage: operation({ permission: 'tenants:read' }).input(ofTenant).output(tenantUsage),
  /** A tenant to try things on, with bots, users, documents and files. The job's result: `tenant`. */
  createSampleTenant: operation({
    permission: 'tenants:write',
    action: 'tenant.sample.create',
    severity: 'warning',
    job: true,
  })
    .input(z.object({}))
    .output(jobStarted),
  /** Deletes a tenant that is marked as sample, with its data and its backups; any other is refused. */
  deleteSampleTenant: operation({
    permission: 'tenants:write',
    action: 'tenant.sample.delete',
    severity: 'critical',
    critical: true,
    stepUp: true,
    job: true,
    cure: true,
  })
    .input(ofTenant)
    .output(jobStarted),

  createPrincipal: operation({
    permission: 'principals:write',
    action: 'principal.create',
    severity: 'warning',
  })
    .input(
      ofTenant.extend({
        kind: z.enum(principalKinds),
        name: displayName,
        externalId: wellFormedText.min(1).max(200).optional(),
        scopes: z.array(z.string().max(100)).max(100).optional(),
      }),
    )
    .output(principal),
  listPrincipals: operation({ permission: 'principals:read' })
    .input(ofTenant.extend({ ...paging, kind: z.enum(principalKinds).optional() }))
    .output(page(principal)),
  disablePrincipal: operation({
    permission: 'principals:write',
    action: 'principal.disable',
    severity: 'warning',
    limitsHarm: true,
  })
    .input(ofPrincipal)
    .output(principal),
  enablePrincipal: operation({
    permission: 'principals:write',
    action: 'principal.enable',
    severity: 'warning',
  })
    .input(ofPrincipal)
    .output(principal),
  /**
   * Its key is destroyed here at once. `keyCopies`: where copies of it lie until the next backup or synchronisation replaces
   * them, which a recovery could read; eraseSubject replaces them at once.
   */
  deletePrincipal: operation({
    permission: 'principals:write',
    action: 'principal.delete',
    severity: 'critical',
    critical: true,
    stepUp: true,
  })
    .input(ofPrincipal)
    .output(
      z.object({
        id: uuid,
        keyCopies: z.array(keyCopy),
      }),
    ),

  putDocument: operation({ permission: 'data:write', action: 'data.put' })
    .input(ofDocument.extend({ value: z.json(), ifRevision: count.optional() }))
    .output(documentRevision),
  getDocument: operation({ permission: 'data:read', action: 'data.get', audited: 'read' })
    .input(ofDocument.extend({ revision: z.number().int().positive().optional() }))
    .output(documentRevision),
  /** Live documents of a collection, by key range or by time of change. */
  getTenantData: operation({ permission: 'data:read', action: 'data.list', audited: 'read' })
    .input(
      ofTenant.extend({
        ...paging,
        collection,
        by: z.enum(['key', 'time']).default('key'),
        /** Keys: from included, to excluded. */
        fromKey: z.string().max(200).optional(),
        toKey: z.string().max(200).optional(),
        fromTime: time.optional(),
        toTime: time.optional(),
      }),
    )
    .output(page(documentRevision)),
  listCollections: operation({ permission: 'data:read' })
    .input(ofTenant)
    .output(
      z.object({ items: z.array(z.object({ collection: z.string(), documents: count, revisions: count })) }),
    ),
  deleteDocument: operation({
    permission: 'data:write',
    action: 'data.delete',
    severity: 'warning',
    cure: true,
  })
    .input(ofDocument.extend({ ifRevision: count.optional() }))
    .output(documentRevision),
  getDocumentHistory: operation({ permission: 'data:read', action: 'data.history', audited: 'read' })
    .input(ofDocument.extend({ ...paging }))
    .output(page(documentRevision)),

  /** Reads JSON Lines from a file of this machine. `id` of each line is the document's. */
  importDocuments: operation({
    permission: 'data:write',
    action: 'data.import',
    severity: 'warning',
    job: true,
  })
    .input(
      ofTenant.extend({
        collection,
        file: localPath,
        onDamaged: z.enum(['stop', 'skip']).default('stop'),
      }),
    )
    .output(jobStarted),
  undoImport: operation({
    permission: 'data:write',
    action: 'data.import.undo',
    severity: 'critical',
    critical: true,
    stepUp: true,
    job: true,
    cure: true,
  })
    .input(ofTenant.extend({ importId: uuid }))
    .output(jobStarted),
  listImports: operation({ permission: 'data:read' })
    .input(ofTenant)
    .output(z.object({ items: z.array(importRecord) })),
  /** Data leaves: in the log of every tier. */
  exportDocuments: operation({
    permission: 'data:read',
    action: 'data.export',
    severity: 'warning',
    job: true,
    cure: true,
    limitsHarm: true,
  })
    .input(ofTenant.extend({ collection, file: localPath }))
    .output(jobStarted),

  /** Adds a file of this machine; the same content is stored once. */
  addFile: operation({ permission: 'data:write', action: 'file.add', job: true })
    .input(ofTenant.extend({ path: localPath, name: fileName }))
    .output(jobStarted),
  listFiles: operation({ permission: 'data:read' })
    .input(ofTenant.extend({ ...paging, prefix: z.string().max(1000).optional() }))
    .output(page(tenantFile)),
  /** Writes a file's content to a path of this machine that does not exist yet. In the log of every tier. */
  getFile: operation({ permission: 'data:read', action: 'file.get', job: true, cure: true, limitsHarm: true })
    .input(ofTenant.extend({ fileId: uuid, path: localPath }))
    .output(jobStarted),
  deleteFile: operation({ permission: 'data:write', action: 'file.delete', severity: 'warning', cure: true })
    .input(ofTenant.extend({ fileId: uuid }))
    .output(z.object({ id: uuid })),
  ...erasureOperations,
  ...subjectOperations,
};
