import { column, drawArtifact, ground, ink, keepTogether, type Pdf, rule, size } from './page.ts';
import type { Block } from './report.ts';

type Structure = ReturnType<Pdf['struct']>;
type Table = Extract<Block, { kind: 'table' }>;

const [padX, padY] = [4, 3];
/** pdfkit writes it (ISO 32000-1, 14.8.5.7); its types do not know it yet. */
const ofColumn: { readonly scope: string; readonly title?: string } = { scope: 'Column' };

/** A table over as many pages as it takes: its head is repeated on each, and read out once. */
export function drawTable(doc: Pdf, { head, rows, widths }: Table, root: Structure): void {
  const { left, width } = column(doc);
  const whole = widths.reduce((sum, each) => sum + each, 0);
  const cells = widths.map((each, at) => ({
    x: left + (width * widths.slice(0, at).reduce((sum, before) => sum + before, 0)) / whole + padX,
    width: (width * each) / whole - 2 * padX,
  }));
  const heightOf = (texts: readonly string[], font: 'plain' | 'bold') => {
    doc.font(font).fontSize(size.small);
    const heights = texts.map((text, at) => doc.heightOfString(text, { width: cells[at]?.width ?? width }));
    return Math.max(...heights) + 2 * padY;
  };
  const drawText = (text: string, at: number, top: number, font: 'plain' | 'bold') => {
    doc.font(font).fontSize(size.small).fillColor(ink);
    doc.text(text, cells[at]?.x ?? left, top + padY, { width: cells[at]?.width ?? width });
  };
  const headHeight = heightOf(head, 'bold');
  const drawGround = (top: number) =>
    drawArtifact(doc, () => void doc.rect(left, top, width, headHeight).fill(ground));
  const table = doc.struct('Table');
  root.add(table);
  const drawRow = (type: 'TH' | 'TD', texts: readonly string[], top: number) => {
    const row = doc.struct('TR');
    table.add(row);
    for (const [at, text] of texts.entries()) {
      row.add(
        doc.struct(type, type === 'TH' ? ofColumn : {}, () =>
          drawText(text, at, top, type === 'TH' ? 'bold' : 'plain'),
        ),
      );
    }
    row.end();
  };

  keepTogether(doc, headHeight + 30);
  let top = doc.y;
  drawGround(top);
  drawRow('TH', head, top);
  top += headHeight;
  for (const texts of rows) {
    const height = heightOf(texts, 'plain');
    if (top + height > doc.page.height - doc.page.margins.bottom) {
      doc.addPage();
      top = doc.y;
      drawGround(top);
      const again = top;
      drawArtifact(doc, () => head.forEach((text, at) => void drawText(text, at, again, 'bold')));
      top += headHeight;
    }
    drawRow('TD', texts, top);
    top += height;
    const line = top;
    drawArtifact(doc, () => {
      doc
        .moveTo(left, line)
        .lineTo(left + width, line)
        .lineWidth(0.4)
        .stroke(rule);
    });
  }
  table.end();
  doc.x = left;
  doc.y = top + 8;
}
