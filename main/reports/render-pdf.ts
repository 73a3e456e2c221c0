import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import PDFDocument from 'pdfkit';
import { drawAnchor, drawSecret } from './draw-codes.ts';
import { drawTable } from './draw-table.ts';
import {
  type Add,
  column,
  drawArtifact,
  footHeight,
  ground,
  ink,
  keepTogether,
  margin,
  type Pdf,
  quiet,
  rule,
  size,
} from './page.ts';
import type { Block, Report } from './report.ts';

/** They hold Latin, Greek and Cyrillic letters, and are embedded: it prints alike everywhere, and offline. */
const fonts = { plain: 'DejaVuSans', bold: 'DejaVuSans-Bold', mono: 'DejaVuSansMono' } as const;

/** Renders a report as a tagged PDF (ISO 32000-1, 14.8) on A4. Takes some 100 ms of processor time: call it in a thread. */
export async function renderPdf(report: Report): Promise<Uint8Array> {
  const doc = new PDFDocument({
    size: 'A4',
    margins: { top: margin, left: margin, right: margin, bottom: margin + footHeight },
    pdfVersion: '1.7',
    ...(report.archival ? { subset: 'PDF/A-2a' as const } : {}),
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
  if (report.logo !== undefined) drawLogo(doc, report.logo, add);
  add('H1', () => {
    doc.font('bold').fontSize(size.title).fillColor(ink).text(report.title);
  });
  doc.moveDown(0.6);
  for (const block of report.blocks) {
    if (block.kind === 'table') drawTable(doc, block, root);
    else drawBlock(doc, block, add);
  }
  if (report.anchor !== undefined) drawAnchor(doc, report.anchor, add);
  root.end();
  drawFeet(doc, report.foot);
  doc.end();
  return await done;
}

function drawBlock(doc: Pdf, block: Exclude<Block, { kind: 'table' }>, add: Add): void {
  switch (block.kind) {
    case 'heading':
      drawHeading(doc, block, add);
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

const [roomBelowHeading, mostLogo] = [70, [180, 60]] as const;

/** A heading, with its bookmark; a lesser one has none. */
function drawHeading(doc: Pdf, { text, lesser }: Extract<Block, { kind: 'heading' }>, add: Add): void {
  keepTogether(doc, roomBelowHeading);
  doc.moveDown(0.5);
  if (!lesser) doc.outline.addItem(text);
  add(lesser ? 'H3' : 'H2', () => {
    doc
      .font('bold')
      .fontSize(lesser ? size.lesser : size.heading)
      .fillColor(ink)
      .text(text);
  });
  doc.moveDown(0.35);
}

function drawLogo(doc: Pdf, { image, alt }: NonNullable<Report['logo']>, add: Add): void {
  const { left } = column(doc);
  const { y } = doc;
  add('Figure', () => void doc.image(Buffer.from(image), left, y, { fit: [...mostLogo] }), alt);
  doc.y = y + mostLogo[1] + 12;
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
  drawArtifact(doc, () => void doc.rect(left, top, width, height).fill(ground));
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

function drawBlanks(doc: Pdf, labels: readonly string[], add: Add): void {
  const { left, width } = column(doc);
  const gap = 16;
  const each = (width - gap * (labels.length - 1)) / labels.length;
  keepTogether(doc, 60);
  const y = doc.y + 34;
  for (const [at, label] of labels.entries()) {
    const x = left + at * (each + gap);
    drawArtifact(doc, () => {
      doc
        .moveTo(x, y)
        .lineTo(x + each, y)
        .lineWidth(0.7)
        .stroke(rule);
    });
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
