import { extname } from 'node:path';
import { reportEndings } from '../../../shared/compliance.ts';
import { HoldfastError } from '../../../shared/errors.ts';

export type ReportEnding = (typeof reportEndings)[number];

/** How a report is written, by the name of its file. Errors: VALIDATION. */
export function reportEnding(file: string): ReportEnding {
  const given = extname(file).toLowerCase();
  const ending = reportEndings.find((each) => each === given);
  if (ending !== undefined) return ending;
  throw new HoldfastError(
    'VALIDATION',
    'A report is written as .pdf, .csv or .json, or as a .zip of all three. Choose a file of such a name.',
    { issues: [{ path: 'file', reason: 'report-ending' }] },
  );
}
