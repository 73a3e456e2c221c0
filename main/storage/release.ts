/** Smaller ones may share their memory with others (Node's pool). */
const ownFromBytes = 64 * 1024;

/**
 * Gives back at once the memory of bytes that nobody will look at again: the collector lets some sixty megabytes of them
 * gather in each thread before it looks. The whole buffer goes, with every view of it.
 */
export function release(...buffers: readonly Uint8Array[]): void {
  for (const { byteLength, buffer } of buffers) {
    const isOwn = byteLength >= ownFromBytes || byteLength === buffer.byteLength;
    if (isOwn && byteLength > 0 && buffer instanceof ArrayBuffer) buffer.transfer(0);
  }
}
