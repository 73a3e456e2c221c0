import { extname } from 'node:path';
import { type ReportForm, reportForms } from '../../../shared/compliance.ts';
import { HoldfastError } from '../../../shared/errors.ts';

/** How a report is written, by the ending of its file. Errors: VALIDATION. */
export function reportFormOf(file: string): ReportForm {
  const ending = extname(file).slice(1).toLowerCase();
  const form = reportForms.find((each) => each === ending);
  if (form !== undefined) return form;
  throw new HoldfastError(
    'VALIDATION',
    'A report is written as .pdf, .csv or .json, or as a .zip of all three. Choose a file of such a name.',
    { issues: [{ path: 'file', reason: 'report-ending' }] },
  );
}
