import type { z } from 'zod';
import type { ManagerHealth } from '../../shared/contract/suite.ts';
import type {
  tenants as contract,
  DocumentRevision,
  KeyCopy,
  Principal,
  Tenant,
  TenantFile,
  TenantUsage,
} from '../../shared/contract/tenants.ts';
import type { JobStarted } from '../../shared/contract/values.ts';
import type { JsonValue } from '../../shared/errors.ts';
import type { Ids, Uuid } from '../../shared/ids.ts';
import { type DrillRhythm, type Tier, type TierRules, tierRules } from '../../shared/tiers.ts';
import type { JobContext, JobStarter } from '../jobs/job-runner.ts';
import type { Page } from '../operations/cursor.ts';
import type { Operation } from '../operations/operation.ts';
import { existingOutside, newOutside } from '../outside/outside-path.ts';
import type { OpenStore } from '../storage/open-store.ts';
import type { Store, Transaction } from '../storage/store.ts';
import { deleteDocument, getDocument, putDocument } from './data/documents.ts';
import { documentHistory, listCollections, listDocuments } from './data/list-documents.ts';
import { type TenantDatabase, TenantDatabases } from './data/tenant-databases.ts';
import { addFile, deleteFile, getFile, listFiles, sweepIncoming } from './files/files.ts';
import { type ImportRecord, listImports } from './imports/import-store.ts';
import { exportDocuments, importDocuments, undoImport } from './imports/imports.ts';
import type { BlindIndex, RepositoryHook, StoreHooks, SubjectSealer, TenantKeys } from './needs.ts';
import { type BroughtBack, bringBack, compareParts, type PartsOfThen } from './parts/bring-back.ts';
import {
  type PrincipalFacts,
  principalFacts,
  removePrincipalRow,
  requirePrincipal,
  toPrincipal,
} from './principals/principal-store.ts';
import {
  createPrincipal,
  deletePrincipal,
  destroyDoomedKeys,
  listPrincipals,
  setPrincipalState,
} from './principals/principals.ts';
import { createTenant, type Filling, sweepOrphans, type TenantMaking } from './registry/create-tenant.ts';
import { TenantEndings } from './registry/delete-tenant.ts';
import { listTenants } from './registry/list-tenants.ts';
import { overQuota } from './registry/over-quota.ts';
import { tenantProspect, tierLike, type WantedTenant } from './registry/prospect.ts';
import { TenantFolders } from './registry/tenant-folder.ts';
import {
  isTenant,
  removeTenantRows,
  requireActive,
  requireEverTenant,
  requireTenant,
  type TenantRow,
  tenantIds,
  tenantTiers,
  toTenant,
} from './registry/tenant-store.ts';
import { setTenantState, updateTenant } from './registry/update-tenant.ts';
import { tenantUsage } from './registry/usage.ts';
import { TenantSamples } from './samples/tenant-samples.ts';

/** What an operation's handler is given: its input as the contract parsed it. */
type Input<Name extends keyof typeof contract> = z.output<
  NonNullable<(typeof contract)[Name]['~orpc']['inputSchema']>
>;

export interface TenantManagerOptions {
  /** The installation folder; tenants lie in `tenants/` in it. */
  readonly installation: string;
  readonly tenantsFolder: string;
  readonly control: Store;
  readonly ids: Ids;
  readonly jobs: JobStarter;
  readonly keys: TenantKeys;
  readonly sealer: SubjectSealer;
  readonly blindIndex: BlindIndex;
  /** Where copies of the keys lie beside this machine. */
  readonly keyPlaces: () => KeyCopy[];
  readonly repository: RepositoryHook;
  /** Opens (or makes) a tenant's database at its newest format, with `tenantMigrations`. */
  readonly openStore: (file: string, options: { createIfMissing: boolean }) => Promise<OpenStore>;
  readonly hooks?: StoreHooks;
  /** How many databases stay open when nobody uses them; 50 by default. */
  readonly maximumOpen?: number;
}

/** Tenants, their users and bots, and their data. Methods are the operations of the contract. */
export class TenantManager {
  readonly samples: TenantSamples;
  readonly endings: TenantEndings;
  readonly #options: TenantManagerOptions;
  readonly #making: TenantMaking;
  readonly #databases: TenantDatabases;

  constructor(options: TenantManagerOptions) {
    const { control, keys, openStore, hooks, maximumOpen } = options;
    const folders = new TenantFolders(options.tenantsFolder);
    const databases = new TenantDatabases({
      folders,
      keys,
      open: openStore,
      storageLimit: (id) => tierRules[requireTenant(control, id).tier].storageBytes,
      requireActive: (id) => requireActive(requireTenant(control, id)),
      hooks,
      maximum: maximumOpen,
    });
    this.#options = options;
    this.#databases = databases;
    this.#making = { ...options, folders, databases };
    this.samples = new TenantSamples(this.#making);
    this.endings = new TenantEndings({ ...options, folders, databases });
  }

  /**
   * At start: removes what unfinished creations and copies left, and keys of people who were deleted. `unknown` are
   * folders without a tenant that nobody dared to touch.
   */
  async sweepOrphans(): Promise<{ removed: Uuid[]; unknown: Uuid[] }> {
    const swept = await sweepOrphans(this.#making);
    for (const id of this.tenantIds()) await sweepIncoming(this.#making.folders.path(id));
    await destroyDoomedKeys(this.#options);
    return swept;
  }

  /** Keeps one tenant's database open while `work` runs. */
  withDatabase<Result>(
    tenantId: Uuid,
    work: (database: TenantDatabase) => Promise<Result> | Result,
  ): Promise<Result> {
    return this.#databases.use(tenantId, work);
  }

  /** After a tenant's database was restored: its storage limit is the tier's again, and no import in it runs. */
  afterRestore(tenantId: Uuid): Promise<void> {
    return this.#databases.afterRestore(tenantId);
  }

  /** Puts a rebuilt database in the place of one that cannot be opened, which is kept beside it under `aside`. */
  replaceUnreadable(tenantId: Uuid, file: string, aside: string): Promise<void> {
    return this.#databases.replaceUnreadable(tenantId, file, aside);
  }

  /** What making a tenant like another one would meet. Errors: NOT_FOUND, VALIDATION (slug). */
  prospect(like: Uuid, wanted: WantedTenant): ReturnType<typeof tenantProspect> {
    return tenantProspect(this.#options.control, like, wanted);
  }

  /** Makes a tenant with the data that `filling` puts in place. Errors: as `createTenant`, and those of `filling`. */
  async createFilled(
    like: Uuid,
    { name, slug, tier }: WantedTenant,
    operation: Operation,
    filling: Filling,
  ): Promise<Tenant> {
    const { control, ids } = this.#options;
    const input = { name, slug, tier: tierLike(control, like, tier), sample: false };
    return await createTenant(this.#making, input, operation, { id: ids.uuid(), slugFrom: name, filling });
  }

  /** What bringing parts of an earlier state back would change, and what stands in its way. */
  compareParts(
    tenantId: Uuid,
    then: PartsOfThen,
    context: Pick<JobContext, 'operation' | 'progress'>,
  ): ReturnType<typeof compareParts> {
    return this.#databases.use(tenantId, (database) => compareParts(database, then, context));
  }

  /** Brings them back, as one import. Errors: as `bringBack`. */
  bringBack(tenantId: Uuid, then: PartsOfThen, context: JobContext): Promise<BroughtBack> {
    return this.#databases.use(tenantId, (database) => bringBack(database, this.#options.ids, then, context));
  }

  /** The tenant that an id or slug names. Throws NOT_FOUND. */
  idOf(reference: string): Uuid {
    return requireTenant(this.#options.control, reference).id;
  }

  /** As `idOf`, also for a tenant that was deleted and has left its log. Throws NOT_FOUND. */
  everIdOf(reference: string): Uuid {
    return requireEverTenant(this.#options.control, reference);
  }

  /** Errors: NOT_FOUND. */
  tierOf(tenantId: Uuid): Tier {
    return requireTenant(this.#options.control, tenantId).tier;
  }

  /** Errors: NOT_FOUND. */
  nameOf(tenantId: Uuid): string {
    return requireTenant(this.#options.control, tenantId).name;
  }

  /** What each of these tenants uses beyond what the tier beside it allows. Errors: NOT_FOUND. */
  overQuota(tenants: Parameters<typeof overQuota>[1]): ReturnType<typeof overQuota> {
    return overQuota({ control: this.#options.control, databases: this.#databases }, tenants);
  }

  /** How much the tenant's log keeps; a deleted tenant has no tier that would limit it. */
  auditLevel(tenantId: Uuid): TierRules['audit'] {
    const { control } = this.#options;
    return isTenant(control, tenantId) ? tierRules[requireTenant(control, tenantId).tier].audit : 'full';
  }

  /** What may be known of a principal by its id alone, for whoever checks its keys. */
  principalFacts(principalId: Uuid): PrincipalFacts | undefined {
    return principalFacts(this.#options.control, principalId);
  }

  /** How often each tenant's tier has it backed up. */
  backupPlans(): { owner: Uuid; every: TierRules['backups']; since: number }[] {
    return tenantTiers(this.#options.control).map(({ id, tier, created_at }) => ({
      owner: id,
      every: tierRules[tier].backups,
      since: created_at,
    }));
  }

  /** How often each tenant's tier has its restore tried. */
  drillPlans(): { owner: Uuid; every: DrillRhythm }[] {
    return tenantTiers(this.#options.control).map(({ id, tier }) => ({
      owner: id,
      every: tierRules[tier].drills,
    }));
  }

  health(): ManagerHealth {
    this.#options.control.sql('SELECT 1 FROM tenants LIMIT 1').get();
    return { state: 'ready', problem: null };
  }

  /** Every tenant's id, for whoever goes through all of them. */
  tenantIds(): Uuid[] {
    return tenantIds(this.#options.control);
  }

  /** Takes a tenant out that was deleted after the recovered state: its keys are gone. */
  forgetTenant(transaction: Transaction, id: Uuid): void {
    removeTenantRows(transaction, id);
  }

  /** Refuses new work and closes every tenant's database. */
  close(): Promise<void> {
    return this.#databases.closeAll();
  }

  createTenant(input: Input<'createTenant'>, operation: Operation): Promise<Tenant> {
    return createTenant(this.#making, input, operation);
  }

  async getTenant(input: Input<'getTenant'>): Promise<Tenant> {
    return toTenant(this.#tenant(input));
  }

  async listTenants(input: Input<'listTenants'>): Promise<Page<Tenant>> {
    return listTenants(this.#options.control, input);
  }

  updateTenant(input: Input<'updateTenant'>, operation: Operation): Promise<Tenant> {
    return updateTenant({ control: this.#options.control, databases: this.#databases }, input, operation);
  }

  suspendTenant(input: Input<'suspendTenant'>, operation: Operation): Promise<Tenant> {
    return setTenantState(this.#options.control, input.tenant, 'suspended', operation);
  }

  resumeTenant(input: Input<'resumeTenant'>, operation: Operation): Promise<Tenant> {
    return setTenantState(this.#options.control, input.tenant, 'active', operation);
  }

  async getUsage(input: Input<'getUsage'>): Promise<TenantUsage> {
    return await tenantUsage(this.#databases, this.#tenant(input));
  }

  createPrincipal(input: Input<'createPrincipal'>, operation: Operation): Promise<Principal> {
    return createPrincipal(this.#options, input, operation);
  }

  async listPrincipals(input: Input<'listPrincipals'>): Promise<Page<Principal>> {
    return listPrincipals(this.#options, input);
  }

  disablePrincipal(input: Input<'disablePrincipal'>, operation: Operation): Promise<Principal> {
    return setPrincipalState(this.#options, input, 'disabled', operation);
  }

  enablePrincipal(input: Input<'enablePrincipal'>, operation: Operation): Promise<Principal> {
    return setPrincipalState(this.#options, input, 'active', operation);
  }

  /** A user or bot of a tenant. Errors: NOT_FOUND. */
  getPrincipal({ tenant, principalId }: { readonly tenant: string; readonly principalId: Uuid }): Principal {
    const { control, sealer } = this.#options;
    return toPrincipal(requirePrincipal(control, requireTenant(control, tenant).id, principalId), sealer);
  }

  /** Removes the row of one who is being erased; answers whether there was one. */
  forgetPrincipal(transaction: Transaction, principalId: Uuid): boolean {
    return removePrincipalRow(transaction, principalId);
  }

  /** Errors: NOT_FOUND. */
  async deletePrincipal(
    input: Input<'deletePrincipal'>,
    operation: Operation,
  ): Promise<{ id: Uuid; keyCopies: KeyCopy[] }> {
    const { id } = await deletePrincipal(this.#options, input, operation);
    return { id, keyCopies: this.#options.keyPlaces() };
  }

  async putDocument(input: Input<'putDocument'>, operation: Operation): Promise<DocumentRevision> {
    this.#describe(input, operation, 'document', nameOf(input));
    return await this.#change(input, (database) => putDocument(database, input, operation));
  }

  async getDocument(input: Input<'getDocument'>, operation: Operation): Promise<DocumentRevision> {
    this.#describe(input, operation, 'document', nameOf(input));
    return await this.#read(input, ({ store }) => getDocument(store, input));
  }

  async getTenantData(input: Input<'getTenantData'>, operation: Operation): Promise<Page<DocumentRevision>> {
    this.#describe(input, operation, 'collection', input.collection);
    const { tenant: _, ...asked } = input;
    return await this.#read(input, ({ store }) => listDocuments(store, asked));
  }

  async listCollections(input: Input<'listCollections'>): Promise<ReturnType<typeof listCollections>> {
    return await this.#read(input, ({ store }) => listCollections(store));
  }

  async deleteDocument(input: Input<'deleteDocument'>, operation: Operation): Promise<DocumentRevision> {
    this.#describe(input, operation, 'document', nameOf(input));
    return await this.#change(input, (database) => deleteDocument(database, input, operation));
  }

  async getDocumentHistory(
    input: Input<'getDocumentHistory'>,
    operation: Operation,
  ): Promise<Page<DocumentRevision>> {
    this.#describe(input, operation, 'document', nameOf(input));
    return await this.#read(input, ({ store }) => documentHistory(store, input));
  }

  async importDocuments(input: Input<'importDocuments'>, operation: Operation): Promise<JobStarted> {
    this.#describe(input, operation, 'collection', input.collection);
    const tenant = requireActive(this.#tenant(input));
    const file = await existingOutside(input.file, this.#options.installation);
    return await this.#start('data.import', `import:${tenant.id}`, tenant, operation, (database, context) =>
      importDocuments(database, this.#options.ids, { ...input, file }, context),
    );
  }

  async undoImport(input: Input<'undoImport'>, operation: Operation): Promise<JobStarted> {
    this.#describe(input, operation, 'import', input.importId);
    const tenant = requireActive(this.#tenant(input));
    return await this.#start(
      'data.import.undo',
      `import:${tenant.id}`,
      tenant,
      operation,
      (database, context) => undoImport(database, input.importId, context),
    );
  }

  async listImports(input: Input<'listImports'>): Promise<{ items: ImportRecord[] }> {
    return await this.#read(input, ({ store }) => listImports(store));
  }

  async exportDocuments(input: Input<'exportDocuments'>, operation: Operation): Promise<JobStarted> {
    this.#describe(input, operation, 'collection', input.collection);
    const file = await newOutside(input.file, this.#options.installation);
    const tenant = this.#tenant(input);
    return await this.#start(
      'data.export',
      `export:${operation.id}`,
      tenant,
      operation,
      (database, context) => exportDocuments(database, { ...input, file }, context),
    );
  }

  async addFile(input: Input<'addFile'>, operation: Operation): Promise<JobStarted> {
    const tenant = requireActive(this.#tenant(input));
    const path = await existingOutside(input.path, this.#options.installation);
    return await this.#start('file.add', `file:${operation.id}`, tenant, operation, (database, context) =>
      addFile(database, this.#options.ids, { path, name: input.name }, context),
    );
  }

  async listFiles(input: Input<'listFiles'>): Promise<Page<TenantFile>> {
    return await this.#read(input, ({ store }) => listFiles(store, input));
  }

  async getFile(input: Input<'getFile'>, operation: Operation): Promise<JobStarted> {
    this.#describe(input, operation, 'file', input.fileId);
    const tenant = this.#tenant(input);
    const path = await newOutside(input.path, this.#options.installation);
    return await this.#start('file.get', `file:${operation.id}`, tenant, operation, (database, context) =>
      getFile(database, { fileId: input.fileId, path }, context),
    );
  }

  async deleteFile(input: Input<'deleteFile'>, operation: Operation): Promise<{ id: Uuid }> {
    this.#describe(input, operation, 'file', input.fileId);
    return await this.#change(input, async (database) => {
      const deleted = await deleteFile(database, input.fileId, operation);
      this.#options.hooks?.contentFreed(database.tenantId);
      return deleted;
    });
  }

  /** What the entry of a read, a refusal or a failure is about: no change says so itself. */
  #describe(input: { tenant: string }, operation: Operation, kind: string, id: string): void {
    operation.describe({ tenantId: this.#tenant(input).id, resource: { kind, id } });
  }

  #tenant({ tenant }: { tenant: string }): TenantRow {
    return requireTenant(this.#options.control, tenant);
  }

  #read<Result>(
    input: { tenant: string },
    work: (database: TenantDatabase) => Promise<Result> | Result,
  ): Promise<Result> {
    return this.#databases.use(this.#tenant(input).id, work);
  }

  #change<Result>(
    input: { tenant: string },
    work: (database: TenantDatabase) => Promise<Result>,
  ): Promise<Result> {
    return this.#databases.use(requireActive(this.#tenant(input)).id, work);
  }

  #start<Result extends JsonValue>(
    kind: string,
    resource: string,
    { id: tenantId }: TenantRow,
    operation: Operation,
    work: (database: TenantDatabase, context: JobContext) => Promise<Result>,
  ): Promise<JobStarted> {
    return this.#options.jobs.start({
      kind,
      tenantId,
      resource,
      operation,
      run: (context) => this.#databases.use(tenantId, (database) => work(database, context)),
    });
  }
}

function nameOf({ collection, id }: { collection: string; id: string }): string {
  return `${collection}/${id}`;
}
