/** Hands a file to the browser, which asks where to put it or puts it among the downloads. */
export function saveFile(content: BlobPart, type: string, name: string): void {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

/** A PDF that came as base64. */
export function savePdf({ fileName, pdf }: { readonly fileName: string; readonly pdf: string }): void {
  const bytes = Uint8Array.from(atob(pdf), (character) => character.charCodeAt(0));
  saveFile(bytes, 'application/pdf', fileName);
}
