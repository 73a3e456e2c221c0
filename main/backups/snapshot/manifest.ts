import { z } from 'zod';
import { HoldfastError } from '../../../shared/errors.ts';
import { uuidPattern } from '../../../shared/ids.ts';

/** Format number of manifest.json (docs/formats/snapshot.md). */
export const manifestFormat = 1;

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const uuid = z.string().regex(uuidPattern);
const count = z.int().nonnegative();
const time = z.iso.datetime({ precision: 3 });
/** Every database's and table's own name: never a path element that leads elsewhere. */
const databaseName = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/);
const pageSizes = [512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536];

const table = z.strictObject({ name: z.string().min(1).max(200), rows: count, hash });

const database = z
  .strictObject({
    name: databaseName,
    base: z.string(),
    log: z.string(),
    pageSize: z.int().refine((size) => pageSizes.includes(size)),
    pages: count,
    bytes: count,
    pageMapRoot: hash,
    schemaHash: hash,
    commits: z.strictObject({ first: count, firstTime: count, last: count, lastTime: count }),
    segments: z.array(z.strictObject({ format: count, seq: count, bytes: count, sha256: hash })),
    tables: z.array(table),
    lastTables: z.array(table).optional(),
  })
  .refine(({ name, base, log }) => base === `${name}/base` && log === `${name}/log`, 'paths follow the name')
  .refine(({ pages, pageSize, bytes }) => pages * pageSize === bytes, 'pages times page size is bytes');

const collection = z.strictObject({
  name: z.string().min(1).max(200),
  rows: count,
  revisions: count,
  rowHash: hash,
});

const manifest = z.strictObject({
  format: z.literal(manifestFormat),
  kind: z.enum(['full', 'incremental']),
  safety: z.boolean(),
  installationId: uuid,
  tenantId: uuid.nullable(),
  timeline: uuid,
  startedAt: time,
  time,
  app: z.string().max(100),
  sqlite: z.string().max(100),
  chunkBytes: z.int().positive(),
  databases: z.array(database).min(1),
  collections: z.array(collection),
  files: z.strictObject({ count, bytes: count }),
  damaged: z.array(
    z.strictObject({ sha256: hash, problem: z.enum(['missing', 'changed', 'unreadable', 'not-saved']) }),
  ),
  auditNotes: z.strictObject({ installation: z.string().nullable(), tenant: z.string().nullable() }),
});

/** What a snapshot says of itself: enough to prove a rebuilt database row by row. */
export type Manifest = z.infer<typeof manifest>;
export type ManifestDatabase = Manifest['databases'][number];
export type ManifestCollection = Manifest['collections'][number];
export type ManifestTable = ManifestDatabase['tables'][number];
export type DamagedFile = Manifest['damaged'][number];

/** manifest.json as it is stored: indented, ending in a newline, so that people can read it. */
export function encodeManifest(content: Manifest): Buffer {
  return Buffer.from(`${JSON.stringify(manifest.parse(content), null, 2)}\n`);
}

/** Parses a stored manifest. Errors: NEWER_FORMAT, INTEGRITY (not a manifest). */
export function parseManifest(bytes: Uint8Array): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (error) {
    throw noManifest('it is not JSON', error);
  }
  const format = z.object({ format: z.int() }).safeParse(json).data?.format;
  if (format !== undefined && format > manifestFormat) {
    throw new HoldfastError(
      'NEWER_FORMAT',
      `The snapshot has format ${format}; this version knows up to ${manifestFormat}. Install the newer version.`,
      { what: 'snapshot', found: format, known: manifestFormat },
    );
  }
  const parsed = manifest.safeParse(json);
  if (!parsed.success) throw noManifest(z.prettifyError(parsed.error).slice(0, 500), parsed.error);
  return parsed.data;
}

function noManifest(what: string, cause: unknown): HoldfastError {
  return new HoldfastError(
    'INTEGRITY',
    `manifest.json of the snapshot is damaged: ${what}.`,
    { problems: [{ file: 'manifest.json', what }] },
    { cause },
  );
}

/** Rows that a restore re-reads: every revision of a tenant, every table's rows of the installation. */
export function rowsOf({ collections, databases }: Pick<Manifest, 'collections' | 'databases'>): number {
  const tables = databases.flatMap((each) => each.tables);
  const inTables = tables.reduce((sum, { rows }) => sum + rows, 0);
  return collections.reduce((sum, { revisions }) => sum + revisions, inTables);
}

/** Bytes of a database's page log. */
export function logBytesOf({ segments }: Pick<ManifestDatabase, 'segments'>): number {
  return segments.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Bytes of the databases and files together. */
export function bytesOf({ databases, files }: Pick<Manifest, 'databases' | 'files'>): number {
  return databases.reduce((sum, { bytes }) => sum + bytes, files.bytes);
}
