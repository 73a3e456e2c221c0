/** Standards that the log and what it stands on can give evidence for. */
export const standards = ['hipaa', 'gdpr', 'soc2', 'iso27001'] as const;
export type Standard = (typeof standards)[number];

export const standardNames = {
  hipaa: 'HIPAA Security Rule',
  gdpr: 'GDPR',
  soc2: 'SOC 2',
  iso27001: 'ISO/IEC 27001:2022',
} as const satisfies Record<Standard, string>;

/** What was found for a control. There is no "compliant": that is for people to say. */
export const evidenceStatuses = [
  'evidence-for',
  'may-be-archived',
  'no-evidence-found',
  'not-applicable',
  'needs-human-evidence',
] as const;
export type EvidenceStatus = (typeof evidenceStatuses)[number];

/** How a report is written; the ending of its file says which, a zip holds the other three. */
export const reportForms = ['pdf', 'csv', 'json', 'zip'] as const;
export type ReportForm = (typeof reportForms)[number];

/** What was found of an archive where archives are written today: by its manifest alone, the rest of the file is not read. */
export const archiveSightings = ['here', 'changed', 'missing', 'not-looked'] as const;
export type ArchiveSighting = (typeof archiveSightings)[number];

/** A logo on a report: a PNG or JPEG of at most so many bytes and pixels. */
export const [mostLogoBytes, mostLogoPixels] = [512 * 1024, 2_000_000] as const;
