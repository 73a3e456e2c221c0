import type { Uuid } from '../../shared/ids.ts';
import type { OpenStore } from '../storage/open-store.ts';

/** A tenant's secrets in the keyring. */
export interface TenantKeys {
  /** Makes the tenant's secrets, durably. */
  addTenant(tenantId: Uuid): Promise<void>;
  /** Destroys them; does nothing for a tenant that has none. */
  removeTenant(tenantId: Uuid): Promise<void>;
  /** 32 secret bytes (docs/formats/row-hash.md). */
  rowHashPrefix(tenantId: Uuid): Uint8Array;
}

/** Keys of people and services, under which their personal fields are sealed. */
export interface SubjectSealer {
  /** The subject's key is durable when this is done. */
  create(subject: Uuid, owner: Uuid): Promise<void>;
  seal(subject: Uuid, field: string, value: string): Uint8Array;
  /** Null when the subject's key is gone. */
  open(subject: Uuid, field: string, sealed: Uint8Array): string | null;
  destroy(subject: Uuid): Promise<void>;
  /** Destroys the keys of all who belong to a tenant. */
  destroyAll(owner: Uuid): Promise<void>;
}

/** A keyed hash by which a sealed text is found again; the same text gives the same 32 bytes. */
export type BlindIndex = (text: string) => Uint8Array;

/** The tenant's default backup repository. */
export interface RepositoryHook {
  prepare(tenantId: Uuid): Promise<void>;
  /** Removes what `prepare` made; does nothing where there is nothing. */
  remove(tenantId: Uuid): Promise<void>;
  /** Removes it with every backup in it; does nothing where there is nothing. Throws UNAVAILABLE: its disk is away. */
  erase(tenantId: Uuid): Promise<void>;
}

/** Whoever else has to know when a tenant's database opens and closes: the outbox drain, the page log. */
export interface StoreHooks {
  opened(tenantId: Uuid, store: OpenStore): void;
  /** Before it closes; it stays open until this is done. */
  closing(tenantId: Uuid, store: OpenStore): Promise<void>;
  /** A content may lie in the tenant's folder that no entry names any more. */
  contentFreed(tenantId: Uuid): void;
  /** Puts the events that wait in it into the log. Throws AUDIT_UNAVAILABLE when some are left. */
  drain(store: OpenStore): Promise<void>;
}
