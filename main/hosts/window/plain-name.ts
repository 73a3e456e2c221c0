const longest = 255;

/** A name that somebody sent, as one that a file may be shown and saved under: no folders, nothing invisible, well-formed. */
export function plainName(name: string): string {
  const last = name.normalize('NFC').split(/[\\/]/).at(-1) ?? '';
  const plain = last.toWellFormed().replaceAll(/[\p{Cc}\p{Cf}]/gu, '');
  const short = plain.slice(0, longest).toWellFormed();
  return short === '' || short === '.' || short === '..' ? 'file' : short;
}
