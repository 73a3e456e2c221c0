/** Prints a sheet of its own under a heading, since the page around would be printed otherwise. */
export function printSheet(title: string, content: (sheet: Document) => readonly Node[]): void {
  const frame = document.createElement('iframe');
  frame.hidden = true;
  document.body.append(frame);
  const sheet = frame.contentDocument;
  const view = frame.contentWindow;
  if (sheet === null || view === null) return;
  const heading = sheet.createElement('h1');
  heading.textContent = title;
  sheet.body.append(heading, ...content(sheet));
  view.addEventListener('afterprint', () => frame.remove(), { once: true });
  view.print();
}
