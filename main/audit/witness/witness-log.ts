import type { OpenStore } from '../../storage/open-store.ts';
import type { Appender } from '../appender.ts';

/** The log while it can be read and written. */
export interface WitnessLog {
  readonly store: OpenStore;
  readonly appender: Appender;
}
