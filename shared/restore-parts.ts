import { collectionPattern, documentIdPattern } from './ids.ts';

/** Names a tenant's files where collections are named. */
const filesCollection = '$files';

/** A part of a tenant's data: a document, a file by its name, or with `id` null a whole collection. */
export interface RestorePart {
  readonly collection: string;
  readonly id: string | null;
}

/** `COLLECTION`, `COLLECTION/ID`, `$files` or `$files/NAME`. Undefined for anything else. */
export function parsePart(text: string): RestorePart | undefined {
  const slash = text.indexOf('/');
  const collection = slash < 0 ? text : text.slice(0, slash);
  const id = slash < 0 ? null : text.slice(slash + 1);
  if (collection === filesCollection) return id === '' ? undefined : { collection, id };
  if (!collectionPattern.test(collection)) return undefined;
  return id === null || documentIdPattern.test(id) ? { collection, id } : undefined;
}

export function partText({ collection, id }: RestorePart): string {
  return id === null ? collection : `${collection}/${id}`;
}

/** The parts of these texts, each once, and none that lies in another of them. Texts that name none are left out. */
export function distinctParts(texts: readonly string[]): RestorePart[] {
  const parts = [...new Set(texts)].flatMap((text) => parsePart(text) ?? []);
  const whole = new Set(parts.filter(({ id }) => id === null).map(({ collection }) => collection));
  return parts.filter(({ collection, id }) => id === null || !whole.has(collection));
}
