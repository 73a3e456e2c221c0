import type { OpenStore } from '../../storage/open-store.ts';
import type { LogHead } from '../log-store.ts';

/** What alerts need of the open log. */
export interface AlertLog {
  readonly store: OpenStore;
  readonly appender: { heads(): readonly LogHead[]; settle(): Promise<void> };
}
