import { HoldfastError, type JsonValue } from '../../../shared/errors.ts';

/** Largest stored document, UTF-8 bytes. */
export const maximumDocumentBytes = 16 * 1024 * 1024;
const maximumDepth = 100;

/** Why a value can be no document; words for people and programs alike. */
export type DocumentFault = 'not-an-object' | 'id-differs' | 'nested-too-deeply' | 'too-large';

export const faultTexts = {
  'not-an-object': 'a document is a JSON object',
  'id-differs': 'its member "id" is not the id of the document',
  'nested-too-deeply': `more than ${maximumDepth} levels of nesting`,
  'too-large': `more than ${maximumDocumentBytes} bytes`,
} as const satisfies Record<DocumentFault, string>;

/** A document's stored text (compact JSON) with its size in UTF-8 bytes, or why there is none. */
export function storedDocument(
  id: string,
  value: unknown,
): { readonly text: string; readonly bytes: number } | { readonly fault: DocumentFault } {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return { fault: 'not-an-object' };
  if (Object.hasOwn(value, 'id') && Reflect.get(value, 'id') !== id) return { fault: 'id-differs' };
  if (!isShallow(value, maximumDepth)) return { fault: 'nested-too-deeply' };
  const text = JSON.stringify(value);
  const bytes = Buffer.byteLength(text);
  return bytes > maximumDocumentBytes ? { fault: 'too-large' } : { text, bytes };
}

/** `storedDocument`, throwing VALIDATION. */
export function requireDocument(
  id: string,
  value: JsonValue,
): { readonly text: string; readonly bytes: number } {
  const stored = storedDocument(id, value);
  if (!('fault' in stored)) return stored;
  throw new HoldfastError('VALIDATION', `The value cannot be stored: ${faultTexts[stored.fault]}.`, {
    issues: [{ path: 'value', reason: stored.fault }],
  });
}

function isShallow(value: unknown, levels: number): boolean {
  if (value === null || typeof value !== 'object') return true;
  if (levels === 0) return false;
  const members = Array.isArray(value) ? value : Object.values(value);
  return members.every((member) => isShallow(member, levels - 1));
}
