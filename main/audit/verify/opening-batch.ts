import type { SealedField } from './opening-keys.ts';

/** Fields on their way to another thread: one text and one run of bytes, which cost less than as many objects. */
export interface PackedFields {
  /** JSON: of each field in order subject, event, field, commitment and the length of what is sealed. */
  readonly places: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

type Place = readonly [
  subject: string | null,
  eventId: string,
  field: string,
  commitment: string,
  length: number,
];

export function packFields(fields: readonly SealedField[]): PackedFields {
  const places = fields.map(({ subject, eventId, field, commitment, sealed }): Place => {
    return [subject ?? null, eventId, field, commitment, sealed.length];
  });
  const bytes = new Uint8Array(fields.reduce((sum, { sealed }) => sum + sealed.length, 0));
  let end = 0;
  for (const { sealed } of fields) {
    bytes.set(sealed, end);
    end += sealed.length;
  }
  return { places: JSON.stringify(places), bytes };
}

export function unpackFields({ places, bytes }: PackedFields): SealedField[] {
  let end = 0;
  return (JSON.parse(places) as Place[]).map(([subject, eventId, field, commitment, length]) => {
    const start = end;
    end += length;
    return { subject: subject ?? undefined, eventId, field, commitment, sealed: bytes.subarray(start, end) };
  });
}
