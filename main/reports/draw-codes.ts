import { type Add, column, ink, keepTogether, type Pdf, quiet, size } from './page.ts';
import { qrSquares } from './qr.ts';
import type { Block, ReportAnchor } from './report.ts';

const [qrSide, groupsInARow, rowHeight] = [150, 3, 26] as const;

export function drawSecret(
  doc: Pdf,
  { groups, text, alt }: Extract<Block, { kind: 'secret' }>,
  add: Add,
): void {
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
export function drawAnchor(doc: Pdf, { checkpoint, horizon }: ReportAnchor, add: Add): void {
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
