import { timingSafeEqual } from 'node:crypto';

/** In a time that does not depend on where they differ. */
export function sameMac(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}
