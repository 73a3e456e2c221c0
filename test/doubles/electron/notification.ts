import type { Notification, NotificationConstructorOptions } from 'electron';
import type { Machine } from './machine.ts';
import { StrictEmitter } from './strict.ts';

const events = ['click', 'close', 'failed'];

/** As the system shows it, and what a person does with it. */
export class ShownNotification {
  readonly title: string;
  readonly body: string;
  closed = false;
  /** As Electron holds it: weakly, so that nothing is heard of one that the program let go of. */
  readonly #held: WeakRef<StrictEmitter>;

  constructor({ title = '', body = '' }: NotificationConstructorOptions, held: StrictEmitter) {
    this.title = title;
    this.body = body;
    this.#held = new WeakRef(held);
  }

  click(): void {
    this.#held.deref()?.emit('click', {});
  }

  /** It leaves the screen: a person closed it, or it ran out of time and lies in the system's list. */
  leave(reason: 'userCanceled' | 'timedOut'): void {
    this.closed = reason === 'userCanceled';
    this.#held.deref()?.emit('close', { reason });
  }

  /** The system did not take it, as from a program that is not signed on macOS. */
  fail(error: string): void {
    this.#held.deref()?.emit('failed', {}, error);
  }
}

/** Shows nothing before `show`; to show one where the system has none is an error. */
export class NotificationDouble extends StrictEmitter implements Pick<Notification, 'close' | 'show'> {
  readonly #machine: Machine;
  readonly #options: NotificationConstructorOptions;
  #shown: ShownNotification | undefined;

  constructor(machine: Machine, options: NotificationConstructorOptions) {
    super('Notification', events);
    machine.app.requireReady('Notification');
    this.#machine = machine;
    this.#options = options;
  }

  show(): void {
    if (!this.#machine.notifies)
      throw new Error('the double of electron is on a system without notifications');
    this.#shown = new ShownNotification(this.#options, this);
    this.#machine.notifications.push(this.#shown);
  }

  close(): void {
    if (this.#shown !== undefined) this.#shown.closed = true;
  }
}
