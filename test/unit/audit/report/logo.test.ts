import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { requireImage } from '../../../../main/audit/report/logo.ts';
import { renderPdf } from '../../../../main/reports/render-pdf.ts';
import { png, pngChunk } from '../../../doubles/png.ts';

const size = { width: 12, height: 7 };

/** Segments of a baseline JPEG; its scan is of no picture, which nothing here decodes. */
function jpeg({ components = 3, precision = 8, frame = 0xc0, height = 7 } = {}): Buffer {
  const segment = (marker: number, content: readonly number[]) =>
    Buffer.from([0xff, marker, 0, content.length + 2, ...content]);
  const each = Array.from({ length: components }, (_, at) => [at + 1, 0x11, 0]).flat();
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe0, [...Buffer.from('JFIF\0'), 1, 1, 0, 0, 1, 0, 1, 0, 0]),
    segment(frame, [precision, height >> 8, height & 255, 0, 12, components, ...each]),
    segment(0xda, [components, ...Array(2 * components).fill(1), 0, 63, 0]),
    Buffer.from([0x12, 0x34, 0xff, 0xd9]),
  ]);
}

it('takes whole pictures, and the renderer prints them', async () => {
  const palette = pngChunk('PLTE', Buffer.from([1, 2, 3, 4, 5, 6]));
  const pictures = [
    png(size),
    png({ ...size, colour: 6 }),
    png({
      ...size,
      colour: 3,
      before: [palette, pngChunk('tEXt', Buffer.from('a\0b'))],
      pixels: Buffer.alloc(13 * 7),
    }),
    jpeg(),
    jpeg({ components: 1 }),
  ];
  for (const image of pictures) {
    await expect(requireImage(image)).resolves.toBeUndefined();
    const report = {
      title: 'A',
      foot: 'a',
      time: 0,
      blocks: [],
      archival: true as const,
      logo: { image, alt: 'logo' },
    };
    expect(Buffer.from(await renderPdf(report)).includes('/Subtype /Image')).toBe(true);
  }
});

it('refuses what a renderer could choke on', async () => {
  const whole = png(size);
  const flipped = Buffer.from(whole);
  flipped.writeUInt8((flipped[20] ?? 0) ^ 1, 20);
  const bad = {
    'a cut one': whole.subarray(0, -1),
    'one with more behind it': Buffer.concat([whole, Buffer.from('x')]),
    'a wrong checksum': flipped,
    interlaced: png({ ...size, interlace: 1 }),
    '16 bits a sample': png({ ...size, depth: 16 }),
    'too few pixels': png({ ...size, pixels: Buffer.alloc(10) }),
    'pixels without end': png({ ...size, pixels: Buffer.alloc(50_000_000) }),
    'a palette that is not there': png({ ...size, colour: 3 }),
    'a chunk that must be known': png({ ...size, before: [pngChunk('ABCD', Buffer.alloc(1))] }),
    'no header': Buffer.concat([whole.subarray(0, 8), whole.subarray(33)]),
    CMYK: jpeg({ components: 4 }),
    '12 bits': jpeg({ precision: 12 }),
    'a lossless frame': jpeg({ frame: 0xc3 }),
    'a JPEG without height': jpeg({ height: 0 }),
    'a cut JPEG': jpeg().subarray(0, 30),
    nothing: Buffer.alloc(0),
    'an SVG': Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
  };
  for (const [what, image] of Object.entries(bad)) {
    const error: unknown = await requireImage(image).catch((refused: unknown) => refused);
    expect({ what, error }).toMatchObject({
      error: { code: 'VALIDATION', data: { issues: [{ reason: 'not-a-logo' }] } },
    });
  }
  await expect(
    requireImage(png({ width: 2_001, height: 1_000, pixels: Buffer.alloc(1) })),
  ).rejects.toMatchObject({
    data: { issues: [{ reason: 'logo-too-large' }] },
  });
  for (let at = 0; at < 300; at += 1) {
    const noise = Buffer.concat([
      at % 2 ? whole.subarray(0, at % 60) : jpeg().subarray(0, at % 60),
      randomBytes(at),
    ]);
    await expect(requireImage(noise)).rejects.toMatchObject({ code: 'VALIDATION' });
  }
});
