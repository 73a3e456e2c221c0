import { callWorker } from '../jobs/call-worker.ts';
import { siblingModule } from '../jobs/sibling-module.ts';
import type { Report } from './report.ts';

/** A report as a PDF, made in a thread of its own; nothing of it is written anywhere. Errors: CANCELLED. */
export async function makePdf(report: Report, signal: AbortSignal): Promise<Uint8Array> {
  const module = siblingModule(import.meta.url, 'pdf-worker');
  return await callWorker<Report, Uint8Array>({ module, input: report, signal });
}
