import { createHmac, createSecretKey, hkdfSync, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { OutboxEvent } from '../storage/store.ts';

const macLength = 32;

/**
 * Ties a waiting event to this installation: what lies in an outbox is in no signed log yet, and whoever can write the
 * database could otherwise have any entry signed, the system's own included.
 */
export class OutboxSeal {
  readonly #key: KeyObject;

  /** `secret` is 32 bytes; the key is derived from it (HKDF-SHA-256, RFC 5869), so that it serves this alone. */
  constructor(secret: Uint8Array) {
    this.#key = createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', 'holdfast/outbox/1', macLength)));
  }

  /** HMAC-SHA-256 of all of the event, then its draft. */
  close(event: OutboxEvent): Uint8Array {
    return Buffer.concat([this.#mac(event, event.draft), event.draft]);
  }

  /** The event with its draft alone; undefined when any of it is not as `close` left it. */
  open(event: OutboxEvent): OutboxEvent | undefined {
    const draft = event.draft.subarray(macLength);
    const mac = event.draft.subarray(0, macLength);
    if (mac.length !== macLength || !timingSafeEqual(mac, this.#mac(event, draft))) return undefined;
    return { ...event, draft };
  }

  #mac({ eventId, tenantId, critical, openings }: OutboxEvent, draft: Uint8Array): Uint8Array {
    const sealed = openings.map((opening) => [opening.field, Buffer.from(opening.sealed).toString('base64')]);
    const around = JSON.stringify([eventId, tenantId, critical, sealed]);
    return createHmac('sha256', this.#key).update(`${around}\n`).update(draft).digest();
  }
}
