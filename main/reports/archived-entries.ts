import type { ArchiveSighting } from '../../shared/compliance.ts';
import type { ReportedFindings } from '../../shared/contract/audit/reports.ts';
import type { Block } from './report.ts';

/** So many are printed; the data beside has all. */
const mostPrinted = 100;

const sightings = {
  here: 'seen, its manifest is this one',
  changed: 'seen, but with another manifest',
  missing: 'not seen',
  'not-looked': 'not looked for',
} as const satisfies Record<ArchiveSighting, string>;

/** What retention took out of the logs of a report, and where it is; nothing where it took nothing. */
export function archivedBlocks(archived: ReportedFindings['archived']): Block[] {
  if (archived.length === 0) return [];
  const printed = archived.slice(0, mostPrinted);
  const more = archived.length - printed.length;
  return [
    { kind: 'heading', text: 'Archived entries' },
    {
      kind: 'text',
      text: 'Retention archived and pruned these entries, some of which may be of the period. They were not counted: of them this report says nothing. Each archive is an export bundle that verifies on its own, without this installation: with the verifier that lies in it, or with holdfast verify-bundle. The manifest is the one that the log names in the entry log.pruned.',
    },
    {
      kind: 'table',
      head: ['Entries', 'Archive'],
      widths: [4, 7],
      rows: [
        ...printed.map((each) => [
          `${each.logId.slice(each.logId.indexOf('/') + 1)}\n${each.from} to ${each.to} of ${each.size}\nmade from ${each.oldest}\nto ${each.newest}`,
          `${each.file}\nSHA-256 of its manifest: ${each.manifest}\npruned ${each.time} under a policy of ${each.days} days\nin the folder of archives: ${sightings[each.seen]}`,
        ]),
        ...(more > 0 ? [['…', `and ${more} more`]] : []),
      ],
    },
    ...(archived.every(({ seen }) => seen === 'not-looked')
      ? []
      : [
          {
            kind: 'text',
            text: 'The folder of archives was looked into when the report was made. Of a file there the manifest alone was read.',
          } as const,
        ]),
  ];
}
