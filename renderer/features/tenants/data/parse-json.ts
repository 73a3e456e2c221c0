export type PlainJson = string | number | boolean | null | PlainJson[] | { [name: string]: PlainJson };

/** The value of a JSON text (RFC 8259), or why it is none. */
export function parseJson(text: string): { readonly value: PlainJson } | { readonly reason: string } {
  try {
    const value: PlainJson = JSON.parse(text);
    return { value };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}
