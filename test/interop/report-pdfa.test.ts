// What ISO 19005-2 (PDF/A-2a) asks of a file and a machine can see with qpdf and Poppler. No validator of the whole standard is
// among Debian's packages.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { renderPdf } from '../../main/reports/render-pdf.ts';
import type { Block } from '../../main/reports/report.ts';
import { png } from '../doubles/png.ts';

type Value = null | boolean | number | string | Value[] | { [key: string]: Value };
type Dictionary = { [key: string]: Value };

const rows = Array.from({ length: 80 }, (_, at) => [
  `Row ${at}`,
  'Ελληνικά, кириллица, 1 → 2 “x”',
  String(at),
]);
const blocks: Block[] = [
  { kind: 'heading', text: 'First' },
  { kind: 'text', text: 'Plain text – with a dash…' },
  { kind: 'text', text: 'Strong text', strong: true },
  { kind: 'heading', text: 'Lesser', lesser: true },
  { kind: 'list', items: ['one', 'two'] },
  { kind: 'facts', facts: [['Name', 'value\nin two lines']] },
  { kind: 'table', head: ['A', 'B', 'C'], widths: [1, 3, 1], rows },
  { kind: 'commands', lines: ['holdfast verify-bundle x.zip'] },
  { kind: 'blanks', labels: ['Reviewed on', 'Name and signature'] },
];
const folder = mkdtempSync(join(tmpdir(), 'pdfa-'));
const file = join(folder, 'report.pdf');
let trailer: Dictionary;
const objects = new Map<string, { dictionary: Dictionary; stream: Buffer | undefined; value: Value }>();

const dictionary = (value: Value | undefined): Dictionary => {
  const at = typeof value === 'string' ? objects.get(value)?.dictionary : value;
  if (at === null || typeof at !== 'object' || Array.isArray(at)) throw new Error(`no dictionary: ${value}`);
  return at;
};
const list = (value: Value | undefined): Value[] => {
  const at = typeof value === 'string' ? objects.get(value)?.value : value;
  if (!Array.isArray(at)) throw new Error(`no array: ${value}`);
  return at;
};
const all = () => [...objects.values()];
const poppler = (program: string, ...words: string[]) =>
  execFileSync(program, [...words, file], { encoding: 'utf8' });

beforeAll(async () => {
  const anchor = {
    checkpoint: `origin\n7\n${'A'.repeat(43)}=\n\n— name ${'B'.repeat(90)}==\n`,
    horizon: 'To 6.',
  };
  const logo = { image: png({ width: 60, height: 20, colour: 6 }), alt: 'Logo of Acme' };
  const report = { title: 'A “report”', foot: 'Of a test', time: 1e12, archival: true, anchor, logo, blocks };
  writeFileSync(file, await renderPdf({ ...report, archival: true }));
  const words = ['--json=2', '--json-stream-data=inline', '--decode-level=generalized', file];
  const json = execFileSync('qpdf', words, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  const [, found] = (JSON.parse(json) as { qpdf: [unknown, Record<string, Dictionary>] }).qpdf;
  for (const [name, { value, stream }] of Object.entries(found)) {
    if (name === 'trailer') trailer = value as Dictionary;
    const { dict, data } = (stream ?? {}) as { dict?: Dictionary; data?: string };
    objects.set(name.replace('obj:', ''), {
      value: value ?? null,
      dictionary: dict ?? (value as Dictionary),
      stream: data === undefined ? undefined : Buffer.from(data, 'base64'),
    });
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('is a file that qpdf finds nothing wrong with, named and ended as 6.1 asks', () => {
  expect(execFileSync('qpdf', ['--check', file], { encoding: 'utf8' })).toContain(
    'No syntax or stream encoding errors',
  );
  const bytes = readFileSync(file);
  const [head, comment] = bytes.toString('latin1').split('\n');
  expect(head).toMatch(/^%PDF-1\.[0-7]$/);
  expect(comment).toMatch(/^%[\x80-\xff]{4}/);
  expect(bytes.toString('latin1')).toMatch(/%%EOF\r?\n?$/);
  expect(list(trailer['/ID'])).toHaveLength(2);
  expect(trailer['/Encrypt']).toBeUndefined();
  for (const { dictionary: each } of all()) {
    expect(JSON.stringify(each ?? null)).not.toMatch(/LZWDecode|"\/Crypt"/);
    expect(each?.['/F']).toBeUndefined();
  }
});

test('has one RGB output intent with its profile, and no colour that it does not tell of (6.2)', () => {
  const [intent, ...others] = list(dictionary(trailer['/Root'])['/OutputIntents']);
  expect(others).toEqual([]);
  expect(dictionary(intent)).toMatchObject({ '/S': '/GTS_PDFA1' });
  const profile = objects.get(String(dictionary(intent)['/DestOutputProfile']));
  expect(profile?.dictionary['/N']).toBe(3);
  expect(profile?.stream?.toString('latin1', 36, 40)).toBe('acsp');
  expect(profile?.stream?.toString('latin1', 16, 20)).toBe('RGB ');
  const text = JSON.stringify(all().map(({ dictionary: each }) => each));
  expect(text).not.toMatch(/DeviceCMYK|"\/Separation"|"\/DeviceN"|"\/Interpolate":true/);
  for (const { dictionary: each } of all()) {
    expect([undefined, '/Image', '/CIDFontType2', '/Type0', '/XML', '/Form']).toContain(each?.['/Subtype']);
    expect(each?.['/TR'] ?? each?.['/TR2'] ?? each?.['/OPI'] ?? each?.['/Ref']).toBeUndefined();
  }
});

test('embeds every font, with what its letters are (6.2.11)', () => {
  const fonts = poppler('pdffonts').trim().split('\n').slice(2);
  expect(fonts.length).toBe(3);
  for (const font of fonts) expect(font).toMatch(/ Identity-H +yes yes yes /);
  const text = execFileSync('pdftotext', [file, '-'], { encoding: 'utf8' });
  for (const part of ['Ελληνικά, кириллица, 1 → 2 “x”', 'Plain text – with a dash…'])
    expect(text).toContain(part);
});

test('runs nothing, asks for nothing and hides nothing (6.3 to 6.6)', () => {
  const root = dictionary(trailer['/Root']);
  for (const key of ['/OpenAction', '/AA', '/AcroForm', '/OCProperties', '/Requirements', '/NeedsRendering'])
    expect(root[key]).toBeUndefined();
  const info = poppler('pdfinfo');
  expect(info).toMatch(/JavaScript: +no/);
  expect(info).toMatch(/Encrypted: +no/);
  const text = JSON.stringify(all().map(({ dictionary: each }) => each));
  expect(text).not.toMatch(/"\/(JS|JavaScript|Launch|Annots|EmbeddedFiles|SubmitForm|Movie|Sound)"/);
});

test('says what it is in its metadata, the same as in the information dictionary (6.6)', () => {
  const metadata = objects.get(String(dictionary(trailer['/Root'])['/Metadata']));
  expect(metadata?.dictionary['/Filter']).toBeUndefined();
  const xmp = metadata?.stream?.toString('utf8') ?? '';
  expect(xmp).toMatch(/<pdfaid:part>2<\/pdfaid:part>\s*<pdfaid:conformance>A</);
  expect(xmp).not.toMatch(/<\?xpacket [^>]*(bytes|encoding)=/);
  const info = dictionary(trailer['/Info']);
  const said = (name: string) => {
    const value = String(info[name]);
    return String(objects.get(value)?.value ?? value).replace(/^u:/, '');
  };
  expect(Object.keys(info).sort()).toEqual(['/CreationDate', '/Creator', '/Producer', '/Title']);
  expect(/<rdf:li xml:lang="x-default">([^<]*)</.exec(xmp)?.[1]).toBe(said('/Title'));
  expect(/<xmp:CreatorTool>([^<]*)</.exec(xmp)?.[1]).toBe(said('/Creator'));
  expect(/<pdf:Producer>([^<]*)</.exec(xmp)?.[1]).toBe(said('/Producer'));
  const date = /<xmp:CreateDate>([^<]*)</.exec(xmp)?.[1] ?? '';
  expect(date.replaceAll(/[-:T]/g, '')).toBe(said('/CreationDate').replace('D:', ''));
});

test('is tagged in full: all that is drawn belongs to an element or is an artifact (6.7)', () => {
  const root = dictionary(trailer['/Root']);
  expect(dictionary(root['/MarkInfo'])['/Marked']).toBe(true);
  expect(root['/Lang']).toBe('u:en');
  const elements = all().flatMap(({ dictionary: each }) => (each?.['/P'] && each['/S'] ? [each] : []));
  const standard = /^\/(Document|H[1-6]|P|L|LI|Lbl|LBody|Table|TR|TH|TD|Figure|Code|Span)$/;
  expect(elements.map((each) => String(each['/S'])).filter((type) => !standard.test(type))).toEqual([]);
  const figures = elements.filter((each) => each['/S'] === '/Figure');
  expect(figures.length).toBe(2);
  for (const figure of figures) expect(figure['/Alt']).toMatch(/^u:.+/);
  const pages = all().filter(({ dictionary: each }) => each?.['/Type'] === '/Page');
  expect(pages.length).toBeGreaterThan(2);
  for (const { dictionary: page } of pages) {
    expect(page['/StructParents']).toEqual(expect.any(Number));
    const parts = typeof page['/Contents'] === 'string' ? [page['/Contents']] : list(page['/Contents']);
    const content = Buffer.concat(parts.map((part) => objects.get(String(part))?.stream ?? Buffer.alloc(0)));
    expect(untagged(content.toString('latin1'))).toEqual([]);
  }
});

const paints = new Set([
  'Tj',
  'TJ',
  "'",
  '"',
  'S',
  's',
  'f',
  'F',
  'f*',
  'B',
  'B*',
  'b',
  'b*',
  'Do',
  'sh',
  'BI',
]);

/** Operators that draw outside marked content (ISO 32000-1, 14.6), with where they stand. */
function untagged(content: string): string[] {
  const words = content.replaceAll(/\((?:\\.|[^\\()])*\)|<[0-9a-fA-F\s]*>/g, ' ').split(/[\s[\]]+/);
  const found: string[] = [];
  let depth = 0;
  for (const [at, word] of words.entries()) {
    if (word === 'BDC' || word === 'BMC') depth += 1;
    if (word === 'EMC') depth -= 1;
    if (depth < 0 || (depth === 0 && paints.has(word)))
      found.push(words.slice(Math.max(0, at - 6), at + 1).join(' '));
  }
  return depth === 0 ? found : [...found, 'marked content that has no end'];
}
