import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import PDFDocument from 'pdfkit';
import { qrSquares } from './qr.ts';
import type { Block, Report, ReportAnchor } from './report.ts';

type Pdf = InstanceType<typeof PDFDocument>;

/** They hold Latin, Greek and Cyrillic letters, and are embedded: it prints alike everywhere, and offline. */
const fonts = { plain: 'DejaVuSans', bold: 'DejaVuSans-Bold', mono: 'DejaVuSansMono' } as const;
const [margin, footHeight] = [56, 40];
const [ink, quiet, rule, ground] = ['#1b1b1b', '#555555', '#bbbbbb', '#f2f2f2'] as const;
const size = { title: 20, heading: 12.5, text: 9.5, small: 8, command: 8.2, secret: 15 } as const;

/** Renders a report as a tagged PDF (ISO 32000-1, 14.8) on A4. Takes some 100 ms of processor time: call it in a thread. */
export async function renderPdf(report: Report): Promise<Uint8Array> {
  const doc = new PDFDocument({
    size: 'A4',
    margins: { top: margin, left: margin, right: margin, bottom: margin + footHeight },
    pdfVersion: '1.7',
    tagged: true,
    lang: 'en',
    displayTitle: true,
    bufferPages: true,
    info: {
      Title: report.title,
      Producer: 'Holdfast',
      Creator: 'Holdfast',
      CreationDate: new Date(report.time),
    },
  });
  const done = collected(doc);
  for (const [name, file] of Object.entries(fonts)) doc.registerFont(name, fontFile(file));
  const root = doc.struct('Document');
  doc.addStructure(root);
  const add = (type: string, draw: () => void, alt?: string) => {
    root.add(doc.struct(type, alt === undefined ? {} : { alt }, draw));
  };
  add('H1', () => {
    doc.font('bold').fontSize(size.title).fillColor(ink).text(report.title);
  });
  doc.moveDown(0.6);
  for (const block of report.blocks) drawBlock(doc, block, add);
  if (report.anchor !== undefined) drawAnchor(doc, report.anchor, add);
  root.end();
  drawFeet(doc, report.foot);
  doc.end();
  return await done;
}

type Add = (type: string, draw: () => void, alt?: string) => void;

function drawBlock(doc: Pdf, block: Block, add: Add): void {
  switch (block.kind) {
    case 'heading':
      keepTogether(doc, 70);
      doc.moveDown(0.5);
      add('H2', () => void doc.font('bold').fontSize(size.heading).fillColor(ink).text(block.text));
      doc.moveDown(0.35);
      break;
    case 'text':
      add('P', () => {
        doc
          .font(block.strong ? 'bold' : 'plain')
          .fontSize(size.text)
          .fillColor(ink);
        doc.text(block.text, { lineGap: 2 });
      });
      doc.moveDown(0.5);
      break;
    case 'list':
      for (const item of block.items) {
        add('P', () => {
          doc.font('plain').fontSize(size.text).fillColor(ink);
          doc.text(`•  ${item}`, { lineGap: 2, indent: 0 });
        });
        doc.moveDown(0.2);
      }
      doc.moveDown(0.3);
      break;
    case 'facts':
      for (const fact of block.facts) drawFact(doc, fact, add);
      doc.moveDown(0.5);
      break;
    case 'commands':
      drawCommands(doc, block.lines, add);
      break;
    case 'secret':
      drawSecret(doc, block, add);
      break;
    case 'blanks':
      drawBlanks(doc, block.labels, add);
      break;
  }
}

const nameWidth = 130;

function drawFact(doc: Pdf, [name, value]: readonly [string, string], add: Add): void {
  const { left, width } = column(doc);
  doc.font('plain').fontSize(size.text);
  const height = doc.heightOfString(value, { width: width - nameWidth, lineGap: 2 });
  keepTogether(doc, height);
  const { y } = doc;
  add('P', () => {
    doc
      .font('plain')
      .fontSize(size.text)
      .fillColor(quiet)
      .text(name, left, y, { width: nameWidth - 10 });
    const nameEnd = doc.y;
    doc.fillColor(ink).text(value, left + nameWidth, y, { width: width - nameWidth, lineGap: 2 });
    doc.y = Math.max(nameEnd, doc.y) + 2;
  });
  doc.x = left;
}

function drawCommands(doc: Pdf, lines: readonly string[], add: Add): void {
  const { left, width } = column(doc);
  const pad = 7;
  const options = { width: width - 2 * pad, lineGap: 2.5 };
  doc.font('mono').fontSize(size.command);
  const heights = lines.map((line) => doc.heightOfString(line, options));
  const height = heights.reduce((sum, each) => sum + each, 0) + 2 * pad;
  keepTogether(doc, height);
  const top = doc.y;
  doc.rect(left, top, width, height).fill(ground);
  let y = top + pad;
  for (const [at, line] of lines.entries()) {
    add('Code', () => {
      doc
        .font('mono')
        .fontSize(size.command)
        .fillColor(ink)
        .text(line, left + pad, y, options);
    });
    y += heights[at] ?? 0;
  }
  doc.x = left;
  doc.y = top + height;
  doc.moveDown(0.8);
}

const [qrSide, groupsInARow, rowHeight] = [150, 3, 26] as const;

function drawSecret(doc: Pdf, { groups, text, alt }: Extract<Block, { kind: 'secret' }>, add: Add): void {
  const { left, width } = column(doc);
  keepTogether(doc, qrSide + 10);
  const top = doc.y;
  const cell = (width - qrSide - 24) / groupsInARow;
  for (const [at, group] of groups.entries()) {
    const x = left + (at % groupsInARow) * cell;
    const y = top + 10 + Math.floor(at / groupsInARow) * (rowHeight + 8);
    add('P', () => {
      doc.font('plain').fontSize(size.small).fillColor(quiet);
      doc.text(String(at + 1), x, y + 4, { width: 14, lineBreak: false });
      doc.font('mono').fontSize(size.secret).fillColor(ink);
      doc.text(group, x + 18, y, { width: cell - 18, lineBreak: false });
    });
  }
  const side = left + width - qrSide;
  add('Figure', () => drawQr(doc, qrSquares(text), { x: side, y: top, side: qrSide }), alt);
  doc.x = left;
  doc.y = top + qrSide;
  doc.moveDown(0.8);
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

function drawQr(doc: Pdf, squares: readonly (readonly boolean[])[], { x, y, side }: Place): void {
  const unit = side / squares.length;
  for (const [row, dark] of squares.entries()) {
    for (const [column, isDark] of dark.entries()) {
      // a hair wider, so that no printer leaves a seam
      if (isDark) doc.rect(x + column * unit, y + row * unit, unit + 0.05, unit + 0.05);
    }
  }
  doc.fill('#000000');
}

const [anchorSide, anchorText] = [120, 6.5] as const;

/** At the end of the last page: up to where the log is proven, its signed head, and that again for a camera. */
function drawAnchor(doc: Pdf, { checkpoint, horizon }: ReportAnchor, add: Add): void {
  const { left, width } = column(doc);
  keepTogether(doc, anchorSide + 40);
  doc.moveDown(0.5);
  add(
    'H2',
    () => void doc.font('bold').fontSize(size.heading).fillColor(ink).text('Anchor of the audit log'),
  );
  doc.moveDown(0.35);
  const top = doc.y;
  const beside = { width: width - anchorSide - 16 };
  add('P', () => {
    doc.font('plain').fontSize(size.small).fillColor(ink);
    doc.text(
      `${horizon} A log that does not go on from this signed head was changed or set back.`,
      left,
      top,
      beside,
    );
  });
  doc.moveDown(0.5);
  for (const line of checkpoint.split('\n').filter((each) => each !== '')) {
    add(
      'Code',
      () => void doc.font('mono').fontSize(anchorText).fillColor(quiet).text(line, left, doc.y, beside),
    );
  }
  const place = { x: left + width - anchorSide, y: top, side: anchorSide };
  const alt = 'QR code of the signed checkpoint that is printed beside it';
  add('Figure', () => drawQr(doc, qrSquares(checkpoint, 'Byte'), place), alt);
  doc.x = left;
  doc.y = Math.max(doc.y, top + anchorSide);
}

function drawBlanks(doc: Pdf, labels: readonly string[], add: Add): void {
  const { left, width } = column(doc);
  const gap = 16;
  const each = (width - gap * (labels.length - 1)) / labels.length;
  keepTogether(doc, 60);
  const y = doc.y + 34;
  for (const [at, label] of labels.entries()) {
    const x = left + at * (each + gap);
    doc
      .moveTo(x, y)
      .lineTo(x + each, y)
      .lineWidth(0.7)
      .stroke(rule);
    add('P', () => {
      doc
        .font('plain')
        .fontSize(size.small)
        .fillColor(quiet)
        .text(label, x, y + 4, { width: each });
    });
  }
  doc.x = left;
  doc.y = y + 20;
}

/** On every page, and no part of the text (an artifact). */
function drawFeet(doc: Pdf, foot: string): void {
  const { start, count } = doc.bufferedPageRange();
  for (let page = start; page < start + count; page += 1) {
    doc.switchToPage(page);
    const { left, width } = column(doc);
    const y = doc.page.height - margin;
    const { bottom } = doc.page.margins;
    doc.page.margins.bottom = 0; // the foot stands where text would begin another page
    doc.markContent('Artifact', { type: 'Pagination' });
    doc.font('plain').fontSize(size.small).fillColor(quiet);
    doc.text(foot, left, y, { width: width - 70, lineBreak: false, ellipsis: true });
    doc.text(`${page - start + 1} / ${count}`, left + width - 60, y, { width: 60, align: 'right' });
    doc.endMarkedContent();
    doc.page.margins.bottom = bottom;
  }
}

function column(doc: Pdf): { readonly left: number; readonly width: number } {
  const { left, right } = doc.page.margins;
  return { left, width: doc.page.width - left - right };
}

/** Begins another page where less than `height` points are left on this one. */
function keepTogether(doc: Pdf, height: number): void {
  if (doc.y + height > doc.page.height - doc.page.margins.bottom) doc.addPage();
}

function fontFile(name: string): Buffer {
  return readFileSync(fileURLToPath(import.meta.resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`)));
}

function collected(doc: Pdf): Promise<Uint8Array> {
  const pieces: Buffer[] = [];
  return new Promise((resolve, reject) => {
    doc.on('data', (piece: Buffer) => pieces.push(piece));
    doc.on('end', () => resolve(new Uint8Array(Buffer.concat(pieces))));
    doc.on('error', reject);
  });
}
