import { createHash } from 'node:crypto';
import type { ReportForm } from '../../../shared/compliance.ts';
import type { ComplianceFindings } from '../../../shared/contract/audit/reports.ts';
import { serveCall } from '../../jobs/serve-call.ts';
import { beginNewFile } from '../../outside/new-file.ts';
import { complianceReport, occasionOf } from '../../reports/compliance-report.ts';
import { renderPdf } from '../../reports/render-pdf.ts';
import { BundleZip } from '../bundle/bundle-zip.ts';
import { controlsCsv } from './controls-csv.ts';

export interface WriteTask {
  readonly findings: ComplianceFindings;
  readonly logo: Uint8Array | undefined;
  readonly destination: string;
  readonly form: ReportForm;
}

export interface WrittenFile {
  readonly name: string;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** Whatever the file itself is called: that may tell of people. */
const names = {
  pdf: 'report.pdf',
  csv: 'controls.csv',
  json: 'controls.json',
  zip: 'report.zip',
} as const satisfies Record<ReportForm, string>;

async function write({ findings, logo, destination, form }: WriteTask, check: () => void) {
  const make = {
    pdf: () => renderPdf(complianceReport(findings, occasionOf(findings), logo)),
    csv: async () => Buffer.from(controlsCsv([findings])),
    json: async () => Buffer.from(`${JSON.stringify(findings, null, 2)}\n`),
  } as const;
  const file = beginNewFile(destination);
  try {
    const files: WrittenFile[] = [];
    if (form === 'zip') {
      const hash = createHash('sha256');
      let bytes = 0;
      const zip = new BundleZip({
        ...file,
        append(chunk) {
          hash.update(chunk);
          bytes += chunk.length;
          file.append(chunk);
        },
      });
      for (const [name, content] of [
        [names.pdf, make.pdf],
        [names.csv, make.csv],
        [names.json, make.json],
      ] as const) {
        check();
        const { size, sha256 } = await zip.add(name, [await content()]);
        files.push({ name, bytes: size, sha256 });
      }
      await zip.end();
      files.push({ name: names.zip, bytes, sha256: hash.digest('hex') });
    } else {
      const content = await make[form]();
      file.append(content);
      const sha256 = createHash('sha256').update(content).digest('hex');
      files.push({ name: names[form], bytes: content.length, sha256 });
    }
    check();
    file.keep();
    return files;
  } finally {
    file.abandon();
  }
}

await serveCall<WriteTask, WrittenFile[]>((task, { check }) => write(task, check));
