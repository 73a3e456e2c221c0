import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openCheckpoint } from '../../main/audit/checkpoint.ts';
import { parseVerifierKey } from '../../main/audit/note-key.ts';
import { renderPdf } from '../../main/reports/render-pdf.ts';
import { auditStand } from '../doubles/audit-stand.ts';

test('a scanner reads the signed head of the log off a report, and it is what is printed beside it', async () => {
  const stand = await auditStand();
  const folder = mkdtempSync(join(tmpdir(), 'anchor-'));
  const pdf = join(folder, 'report.pdf');
  try {
    await stand.run('thing.create').succeeded();
    const anchor = stand.audit.anchor();
    const lines = Array.from({ length: 60 }, (_, at) => `Line ${at}`);
    const blocks = [{ kind: 'list' as const, items: lines }];
    writeFileSync(pdf, await renderPdf({ title: 'A report', foot: 'Of a test', time: 0, anchor, blocks }));
    execFileSync('pdftoppm', [
      '-r',
      '200',
      '-png',
      '-f',
      '2',
      '-l',
      '2',
      '-singlefile',
      pdf,
      join(folder, 'page'),
    ]);
    const read = execFileSync('zbarimg', ['-q', '--raw', join(folder, 'page.png')], { stdio: 'pipe' });
    const note = read.subarray(0, -1); // a line of its own
    const [origin = '', size = ''] = note.toString('utf8').split('\n');
    const { checkpoint } = openCheckpoint(note, origin, [parseVerifierKey(stand.audit.verifierKey())]);
    expect([checkpoint.size, note.toString('utf8')]).toEqual([Number(size), anchor?.checkpoint]);
    const text = execFileSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' }).replaceAll(/\s/g, '');
    for (const line of note.toString('utf8').split('\n')) expect(text).toContain(line.replaceAll(/\s/g, ''));
    expect(text).toContain('self-attested');
  } finally {
    await stand.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
