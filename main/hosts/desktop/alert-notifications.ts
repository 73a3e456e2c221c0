import { Notification } from 'electron';
import type { RaisedAlert } from '../../../shared/contract/audit/alerts.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { allows } from '../../../shared/roles.ts';
import { type ErrorLog, fromTransportError } from '../../rpc/errors.ts';
import type { WindowSession } from '../window/window-session.ts';
import { type NotificationText, textOfMany, textOfOne } from './alert-text.ts';

export interface AlertNotificationsParts {
  /** Whose eyes they are for. */
  readonly session: WindowSession;
  readonly errors: ErrorLog;
  /** Somebody clicked: on the notification of one alert, or with null on that of several. */
  open(alertId: Uuid | null): void;
}

/** Alerts that come within this time of a first one are told together. */
const gatherMs = 5_000;
/** So many stay in the system's list at most. */
const mostShown = 20;

/**
 * Alerts as notifications of the operating system: warnings and critical ones, while somebody is signed in at the window who may
 * read the log. The system may show them on a locked screen and keep them, so they name the rule and the tenant and nothing else.
 */
export class AlertNotifications {
  readonly #parts: AlertNotificationsParts;
  /** Electron holds them weakly: a click on one that nobody holds is lost. Oldest first. */
  readonly #shown = new Set<Notification>();
  #waiting: RaisedAlert[] = [];
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(parts: AlertNotificationsParts) {
    this.#parts = parts;
  }

  add(alert: RaisedAlert): void {
    if (this.#closed || alert.severity === 'info' || !Notification.isSupported()) return;
    this.#waiting.push(alert);
    this.#timer ??= setTimeout(() => void this.#tell(), gatherMs).unref();
  }

  /** Takes back what is shown: nobody would hear a click any more. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const notification of this.#shown) notification.close();
    this.#shown.clear();
  }

  async #tell(): Promise<void> {
    const alerts = this.#waiting;
    this.#waiting = [];
    this.#timer = undefined;
    try {
      const role = await this.#parts.session.role();
      if (role === null || !allows(role, 'audit:read')) return;
      const [first, ...others] = alerts;
      if (first === undefined) return;
      if (others.length > 0) this.#show(textOfMany(alerts), null);
      else this.#show(textOfOne(first, await this.#tenantName(first)), first.id);
    } catch (error) {
      this.#parts.errors.report(error, 'notification');
    }
  }

  #show(text: NotificationText, alertId: Uuid | null): void {
    if (this.#closed) return;
    const notification = new Notification({ ...text });
    notification.on('click', () => {
      this.#shown.delete(notification);
      this.#parts.open(alertId);
    });
    // one that ran out of time may lie in the system's list still, and be clicked on there
    notification.on('close', ({ reason }) => {
      if (reason === 'userCanceled') this.#shown.delete(notification);
    });
    notification.on('failed', (_event, error) => {
      this.#shown.delete(notification);
      this.#parts.errors.report(new Error(error), 'notification');
    });
    this.#shown.add(notification);
    const [oldest] = this.#shown;
    if (this.#shown.size > mostShown && oldest !== undefined) {
      this.#shown.delete(oldest);
      oldest.close();
    }
    notification.show();
  }

  /** As whoever is signed in may know it; undefined for the installation, and for a tenant that is no more. */
  async #tenantName({ tenantId }: RaisedAlert): Promise<string | undefined> {
    if (tenantId === null) return undefined;
    try {
      const { name } = await this.#parts.session.client.tenants.getTenant({ tenant: tenantId });
      return name;
    } catch (error) {
      const known = fromTransportError(error);
      if (known instanceof HoldfastError && known.code === 'NOT_FOUND') return undefined;
      throw known;
    }
  }
}
