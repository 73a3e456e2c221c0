import { serveCall } from '../jobs/serve-call.ts';
import { renderPdf } from './render-pdf.ts';
import type { Report } from './report.ts';

serveCall<Report, Uint8Array>((report) => renderPdf(report));
