import type { Clock } from '../../shared/clock.ts';
import type { JsonValue } from '../../shared/errors.ts';
import { type Ids, type Uuid, uuidPattern } from '../../shared/ids.ts';
import type { Caller, EntryDetails } from '../operations/operation.ts';
import type { AuditedOperation } from '../operations/operation-run.ts';
import type { OutboxEvent } from '../storage/store.ts';
import { encodeBase64 } from './base64.ts';
import { commitField } from './commitment.ts';
import { OutboxSeal } from './outbox-seal.ts';
import { pseudonym } from './pseudonym.ts';
import { type AuditRecord, CheckedDraft, type RecordDraft } from './record.ts';

export interface EventSource {
  /** This start, which `mono` counts from. */
  readonly boot: Uuid;
  readonly appVersion: string;
  readonly policy: string;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: (length: number) => Uint8Array;
  readonly pseudonymKey: Uint8Array;
  /** For fields without a subject. */
  readonly installationKey: Uint8Array;
  /** A person's own key; undefined once destroyed, or for someone unknown. */
  subjectKey(subject: Uuid): Uint8Array | undefined;
  /** `basic` leaves out before, after and facts. */
  auditLevel(tenantId: Uuid): 'basic' | 'full';
}

type PersonalField = NonNullable<AuditRecord['pd']>[number];

/** An event made in this process: its record needs no second look at its draft. One from an outbox does. */
export class MadeEvent implements OutboxEvent {
  readonly eventId: Uuid;
  readonly tenantId: Uuid | null;
  readonly critical: boolean;
  readonly openings: OutboxEvent['openings'];
  readonly #checked: CheckedDraft;
  readonly #seal: OutboxSeal;
  #draft: Uint8Array | undefined;

  /** Throws VALIDATION for a draft that no record can be made of. */
  constructor(
    draft: RecordDraft,
    rest: Pick<OutboxEvent, 'tenantId' | 'critical' | 'openings'>,
    seal: OutboxSeal,
  ) {
    this.#seal = seal;
    this.#checked = new CheckedDraft(draft);
    this.eventId = draft.id as Uuid;
    this.tenantId = rest.tenantId;
    this.critical = rest.critical;
    this.openings = rest.openings;
  }

  /** As an outbox keeps it. */
  get draft(): Uint8Array {
    const { eventId, tenantId, critical, openings } = this;
    const draft = this.#checked.bytes;
    this.#draft ??= this.#seal.close({ eventId, tenantId, critical, openings, draft });
    return this.#draft;
  }

  /** The leaf data of its record at this place. */
  record(log: string, index: number): Uint8Array {
    return this.#checked.record(log, index);
  }
}

/** Turns what an operation did into the draft of its record, with every personal field sealed. */
export class EventMaker {
  readonly #source: EventSource;
  readonly #seal: OutboxSeal;

  constructor(source: EventSource) {
    this.#source = source;
    this.#seal = new OutboxSeal(source.installationKey);
  }

  /** Throws VALIDATION for details that no record can hold. */
  event(operation: AuditedOperation, details: EntryDetails, phase: 'intent' | 'outcome'): OutboxEvent {
    const { ids, auditLevel } = this.#source;
    const eventId = ids.uuid();
    const sealed = new SealedFields(this.#source, eventId);
    const full = details.tenantId === undefined || auditLevel(details.tenantId) === 'full';
    const states = full ? sealed.states(details) : undefined;
    const why = operation.reason === undefined ? undefined : sealed.plain('why', operation.reason);
    const actor = details.actor ?? operation.caller;
    const personal = sealed.personal(actor, details);
    const { resource, facts } = details;
    const draft: RecordDraft = {
      ...this.#envelope(eventId, operation.action),
      sev: details.severity ?? operation.severity,
      out: phase === 'intent' ? 'unknown' : (details.outcome ?? 'success'),
      ph: phase,
      cor: operation.id,
      who: this.#who(actor),
      res: { k: resource.kind, id: resource.person ? this.pseudonymOf(resource.id) : resource.id },
      ...(why === undefined ? {} : { why }),
      ...(states === undefined ? {} : { dif: states }),
      ...(personal.length === 0 ? {} : { pd: personal }),
      ...(full && facts !== undefined && Object.keys(facts).length > 0 ? { x: facts } : {}),
    };
    const tenantId = details.tenantId ?? null;
    const { critical } = operation;
    return new MadeEvent(draft, { tenantId, critical, openings: sealed.openings }, this.#seal);
  }

  /** What came from an outbox, as a record is made of it; one that nobody here put there becomes an entry that says so. */
  admit(event: OutboxEvent): OutboxEvent {
    return event instanceof MadeEvent ? event : (this.#seal.open(event) ?? this.#refused(event));
  }

  /** The leaf by which the installation's log vouches for a tenant's. */
  checkpointLeaf(origin: string, size: number, root: Uint8Array): MadeEvent {
    return this.leaf('log.checkpoint', { of: origin, facts: { root: encodeBase64(root), size } });
  }

  /** The leaf of the installation's log by which one signing key hands over to the next; both in C2SP's form. */
  rotationLeaf(from: string, to: string): MadeEvent {
    return this.leaf('log.key.rotate', { severity: 'critical', facts: { from, to } });
  }

  /** The leaf of the installation's log that has the hash of an export's manifest. */
  exportLeaf(
    origin: string,
    manifest: Uint8Array,
    { first, end }: { first: number; end: number },
  ): MadeEvent {
    const facts = { end, first, manifest: encodeBase64(manifest) };
    return this.leaf('log.export', { severity: 'warning', of: origin, facts });
  }

  /** A leaf of the installation's log that the log itself is the author of; `of`: the log that it is about. */
  leaf(
    action: string,
    {
      of,
      facts,
      severity = 'info',
      outcome = 'success',
    }: {
      readonly of?: string;
      readonly facts?: NonNullable<AuditRecord['x']>;
      readonly severity?: AuditRecord['sev'];
      readonly outcome?: AuditRecord['out'];
    } = {},
  ): MadeEvent {
    const draft: RecordDraft = {
      ...this.#envelope(this.#source.ids.uuid(), action),
      sev: severity,
      out: outcome,
      ph: 'outcome',
      who: { k: 'system' },
      ...(of === undefined ? {} : { res: { k: 'log', id: of } }),
      ...(facts === undefined ? {} : { x: facts }),
    };
    const critical = severity === 'critical';
    return new MadeEvent(draft, { tenantId: null, critical, openings: [] }, this.#seal);
  }

  #refused({ eventId }: OutboxEvent): MadeEvent {
    const draft: RecordDraft = {
      ...this.#envelope(this.#source.ids.uuid(), 'log.event.refused'),
      sev: 'critical',
      out: 'failure',
      ph: 'outcome',
      who: { k: 'system' },
      res: { k: 'event', id: uuidPattern.test(eventId) ? eventId : 'unknown' },
      x: { reason: 'not-authentic' },
    };
    return new MadeEvent(draft, { tenantId: null, critical: true, openings: [] }, this.#seal);
  }

  pseudonymOf(subject: string): string {
    return pseudonym(this.#source.pseudonymKey, subject);
  }

  #envelope(id: string, act: string) {
    const { clock, boot, appVersion, policy } = this.#source;
    return { id, t: clock.now(), boot, mono: clock.monotonicMicros(), act, app: appVersion, pol: policy };
  }

  #who(caller: Caller): AuditRecord['who'] {
    if (caller.kind === 'system') return { k: 'system' };
    return { k: caller.kind, p: this.pseudonymOf(caller.id), s: caller.sessionId };
  }
}

/** The commitments of one event, and their openings beside them. */
class SealedFields {
  readonly openings: { field: string; sealed: Uint8Array }[] = [];
  readonly #source: EventSource;
  readonly #eventId: string;

  constructor(source: EventSource, eventId: string) {
    this.#source = source;
    this.#eventId = eventId;
  }

  /** A field without a subject, under the installation's key. */
  plain(field: string, value: JsonValue): string {
    return this.#commit(this.#source.installationKey, field, value);
  }

  states({ before, after }: EntryDetails): AuditRecord['dif'] {
    if (before === undefined && after === undefined) return undefined;
    return {
      ...(before === undefined ? {} : { b: this.plain('dif.b', before) }),
      ...(after === undefined ? {} : { a: this.plain('dif.a', after) }),
    };
  }

  personal(caller: Caller, { personal = [] }: EntryDetails): PersonalField[] {
    const named =
      caller.kind === 'system' ? [] : [{ subject: caller.id, field: 'who.name', value: caller.name }];
    return [...named, ...personal].flatMap(({ subject, field, value }) => {
      const key = this.#source.subjectKey(subject);
      if (key === undefined) return [];
      return [
        { s: pseudonym(this.#source.pseudonymKey, subject), f: field, c: this.#commit(key, field, value) },
      ];
    });
  }

  #commit(key: Uint8Array, field: string, value: JsonValue): string {
    const place = { eventId: this.#eventId, field };
    const { commitment, opening } = commitField(key, place, value, this.#source.random);
    this.openings.push({ field, sealed: opening });
    return encodeBase64(commitment);
  }
}
