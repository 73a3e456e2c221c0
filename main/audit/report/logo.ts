import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { crc32, inflate } from 'node:zlib';
import { mostLogoBytes, mostLogoPixels } from '../../../shared/compliance.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import { outsideError } from '../../outside/outside-error.ts';

/** Reads a logo and looks at every part of it that a renderer would trust. Errors: VALIDATION, NOT_FOUND, IO. */
export async function readLogo(file: string): Promise<Uint8Array> {
  const bytes = await readBounded(file).catch((error: unknown) => {
    throw outsideError(error);
  });
  await requireImage(bytes);
  return bytes;
}

async function readBounded(file: string): Promise<Buffer> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    if (size > mostLogoBytes) throw refused('logo-too-large');
    const buffer = Buffer.alloc(size);
    const { bytesRead } = await handle.read(buffer, 0, size, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

const pngSignature = Buffer.from('89504e470d0a1a0a', 'hex');

/** Errors: VALIDATION unless these are a whole PNG (ISO/IEC 15948) or JPEG (ISO/IEC 10918-1) of few enough pixels. */
export async function requireImage(bytes: Buffer): Promise<void> {
  const png = bytes.subarray(0, 8).equals(pngSignature) ? pngImage(bytes) : undefined;
  const size = png ?? jpegSize(bytes);
  if (size === undefined) throw refused('not-a-logo');
  if (size.width * size.height > mostLogoPixels) throw refused('logo-too-large');
  if (png !== undefined) await requirePixels(png);
}

interface Size {
  readonly width: number;
  readonly height: number;
}

interface PngImage extends Size {
  /** Of a row of pixels, with the byte that names its filter. */
  readonly rowBytes: number;
  readonly data: readonly Buffer[];
}

/** The pixels inflate to exactly as many bytes as the header promises: no more is ever made of them. */
async function requirePixels({ data, rowBytes, height }: PngImage): Promise<void> {
  const expected = rowBytes * height;
  const pixels = await promisify(inflate)(Buffer.concat(data), { maxOutputLength: expected }).catch(
    () => undefined, // whatever zlib says of it: it is no picture
  );
  if (pixels?.length !== expected) throw refused('not-a-logo');
}

/** Bits a sample that each colour type may have; 16 are not needed for a logo. */
const pngDepths: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8],
  2: [8],
  3: [1, 2, 4, 8],
  4: [8],
  6: [8],
};

/** Every chunk with its checksum, in order; other than the known ones only such that may be left out. */
function pngImage(bytes: Buffer): PngImage | undefined {
  let header: PngHeader | undefined;
  let palette = false;
  const data: Buffer[] = [];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 12 + bytes.readUInt32BE(at);
    if (end > bytes.length) return undefined;
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4)) return undefined;
    const content = bytes.subarray(at + 8, end - 4);
    if (header === undefined) {
      header = type === 'IHDR' ? pngHeader(content) : undefined;
      if (header === undefined) return undefined;
    } else if (type === 'IEND') {
      const whole = end === bytes.length && data.length > 0 && (palette || !header.needsPalette);
      return whole ? { ...header, data } : undefined;
    } else if (type === 'PLTE') {
      if (content.length === 0 || content.length > 768 || content.length % 3 !== 0) return undefined;
      palette = true;
    } else if (type === 'IDAT') {
      data.push(content);
    } else if (/^[A-Z]/.test(type)) {
      return undefined;
    }
    at = end;
  }
  return undefined;
}

const samples: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

interface PngHeader extends Omit<PngImage, 'data'> {
  readonly needsPalette: boolean;
}

function pngHeader(header: Buffer): PngHeader | undefined {
  if (header.length !== 13) return undefined;
  const [depth = 0, colour = 0, compression, filter, interlace] = header.subarray(8);
  const plain = compression === 0 && filter === 0 && interlace === 0;
  const size = sizeOf(header.readUInt32BE(0), header.readUInt32BE(4));
  if (!plain || size === undefined || !(pngDepths[colour] ?? []).includes(depth)) return undefined;
  const rowBytes = 1 + Math.ceil((size.width * depth * (samples[colour] ?? 1)) / 8);
  return { ...size, rowBytes, needsPalette: colour === 3 };
}

const sizeOf = (width: number, height: number): Size | undefined =>
  width > 0 && height > 0 ? { width, height } : undefined;

/** Frames with Huffman coding, baseline and progressive. */
const frames: readonly number[] = [0xc0, 0xc1, 0xc2];

/** Every segment up to the frame and the scan; grey or YCbCr of 8 bits. */
function jpegSize(bytes: Buffer): Size | undefined {
  const endsWhole = bytes.length > 4 && bytes.readUInt16BE(bytes.length - 2) === 0xffd9;
  if (!endsWhole || bytes.readUInt16BE(0) !== 0xffd8) return undefined;
  let size: Size | undefined;
  for (let at = 2; at + 4 <= bytes.length; ) {
    const marker = bytes[at + 1] ?? 0;
    const length = bytes.readUInt16BE(at + 2);
    const end = at + 2 + length;
    if (bytes[at] !== 0xff || length < 2 || end > bytes.length) return undefined;
    if (marker === 0xda) return size;
    if (frames.includes(marker)) {
      const frame = bytes.subarray(at + 4, end);
      const components = frame[5] ?? 0;
      const fits = frame.length === 6 + 3 * components && (components === 1 || components === 3);
      if (size !== undefined || !fits || frame[0] !== 8) return undefined;
      size = sizeOf(frame.readUInt16BE(3), frame.readUInt16BE(1));
      if (size === undefined) return undefined;
    } else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      return undefined;
    }
    at = end;
  }
  return undefined;
}

function refused(reason: 'not-a-logo' | 'logo-too-large'): HoldfastError {
  const message =
    reason === 'not-a-logo'
      ? 'The logo is no PNG or JPEG that can be printed: 8 bits a sample, not interlaced, not CMYK. Save it anew.'
      : `The logo is larger than ${mostLogoBytes / 1024} KiB or ${mostLogoPixels} pixels. Make it smaller.`;
  return new HoldfastError('VALIDATION', message, { issues: [{ path: 'logo', reason }] });
}
