import type { Uuid } from '../../shared/ids.ts';
import type { SubjectSealer } from './needs.ts';

export interface NameKeys {
  readonly sealer: SubjectSealer;
  /** A keyed hash of a text, the same for the same text: finds and compares what is sealed. */
  readonly nameIndex: (text: string) => Uint8Array;
}

/** Where an operator of this name is found. Case and compatibility forms do not count (NFKC, lower case). */
export function indexOfName({ nameIndex }: Pick<NameKeys, 'nameIndex'>, name: string): Uint8Array {
  return nameIndex(`operator\0${name.normalize('NFKC').trim().toLowerCase()}`);
}

export function sealName({ sealer }: NameKeys, id: Uuid, name: string): Uint8Array {
  return sealer.seal(id, 'name', name);
}

/** Empty when the person has been erased. */
export function openName({ sealer }: NameKeys, id: Uuid, sealed: Uint8Array): string {
  return sealer.open(id, 'name', sealed) ?? '';
}
