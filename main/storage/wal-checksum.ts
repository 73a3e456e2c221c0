/** The running checksum of a write-ahead log: two words, sqlite.org/fileformat2.html section 4.2. */
export interface Checksum {
  s0: number;
  s1: number;
}

const hostIsLittleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

/** Whether the log's checksums were made over words of this machine's byte order (`magic` is its first word). */
export function inHostOrder(magic: number): boolean {
  return (magic & 1) === (hostIsLittleEndian ? 0 : 1);
}

/** Adds an even number of words, in host order. */
export function addWords(checksum: Checksum, words: Uint32Array): void {
  let { s0, s1 } = checksum;
  for (let i = 0; i < words.length; i += 2) {
    s0 = (s0 + (words[i] as number) + s1) | 0;
    s1 = (s1 + (words[i + 1] as number) + s0) | 0;
  }
  checksum.s0 = s0;
  checksum.s1 = s1;
}
