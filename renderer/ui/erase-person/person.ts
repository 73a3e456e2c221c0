import type { SubjectErasure } from '../../../shared/contract/subjects.ts';

/** Somebody who can be erased. */
export interface Person {
  readonly id: string;
  readonly kind: SubjectErasure['kind'];
  /** Id of the tenant; undefined for an operator. */
  readonly tenant: string | undefined;
  readonly name: string;
}
