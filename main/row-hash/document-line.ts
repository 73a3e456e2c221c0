/** A line of an export (docs/formats/tenant-data.md): the document's JSON with its id as member `id`, put first where the stored object has none. */
export function documentLine(id: string, content: string): string {
  if (Object.hasOwn(JSON.parse(content), 'id')) return content;
  const rest = content.slice(1);
  return `{"id":${JSON.stringify(id)}${rest === '}' ? '' : ','}${rest}`;
}
