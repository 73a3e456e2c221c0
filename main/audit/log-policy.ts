import { hash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';

/** What the log promises to keep and for how long; each record names it by its hash. */
const logPolicy = {
  v: 1,
  retentionDays: 2192,
  basic: ['no dif', 'no x', 'no reads'],
} as const;

/** SHA-256 of the policy's canonical JSON, in hexadecimal. */
export function policyHash(): string {
  return hash('sha256', canonicalJson(logPolicy), 'hex');
}
