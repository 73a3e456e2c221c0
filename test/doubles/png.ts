import { crc32, deflateSync } from 'node:zlib';

export interface PngOptions {
  readonly width: number;
  readonly height: number;
  /** As in IHDR: 2 RGB, 3 by palette, 6 RGB with alpha. */
  readonly colour?: 2 | 3 | 6;
  readonly depth?: number;
  readonly interlace?: number;
  /** In place of the pixels. */
  readonly pixels?: Uint8Array;
  /** Chunks before the pixels. */
  readonly before?: readonly Buffer[];
}

/** A PNG (ISO/IEC 15948) of one colour. */
export function png({
  width,
  height,
  colour = 2,
  depth = 8,
  interlace = 0,
  pixels,
  before = [],
}: PngOptions): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colour, 0, 0, interlace], 8);
  const samples = { 2: 3, 3: 1, 6: 4 }[colour];
  const row = Buffer.alloc(1 + width * samples, 0x40);
  row[0] = 0;
  const whole = pixels ?? Buffer.concat(Array.from({ length: height }, () => row));
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    pngChunk('IHDR', header),
    ...before,
    pngChunk('IDAT', deflateSync(whole)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

export function pngChunk(type: string, content: Uint8Array): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(content.length);
  const checked = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const tail = Buffer.alloc(4);
  tail.writeUInt32BE(crc32(checked));
  return Buffer.concat([head, checked, tail]);
}
