import type PDFDocument from 'pdfkit';

export type Pdf = InstanceType<typeof PDFDocument>;
/** Draws one element of the text, in its place in the structure. */
export type Add = (type: string, draw: () => void, alt?: string) => void;

export const [margin, footHeight] = [56, 40];
export const [ink, quiet, rule, ground] = ['#1b1b1b', '#555555', '#bbbbbb', '#f2f2f2'] as const;
export const size = {
  title: 20,
  heading: 12.5,
  lesser: 10.5,
  text: 9.5,
  small: 8,
  command: 8.2,
  secret: 15,
} as const;

export function column(doc: Pdf): { readonly left: number; readonly width: number } {
  const { left, right } = doc.page.margins;
  return { left, width: doc.page.width - left - right };
}

/** Begins another page where less than `height` points are left on this one. */
export function keepTogether(doc: Pdf, height: number): void {
  if (doc.y + height > doc.page.height - doc.page.margins.bottom) doc.addPage();
}

/** Something to be seen that is no part of the text: a rule, a ground, a repeated head. */
export function drawArtifact(doc: Pdf, draw: () => void): void {
  doc.markContent('Artifact');
  draw();
  doc.endMarkedContent();
}
