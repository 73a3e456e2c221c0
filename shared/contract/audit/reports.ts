import { z } from 'zod';
import { archiveSightings, evidenceStatuses, reportForms, standards } from '../../compliance.ts';
import { outcomes, severities } from '../../severities.ts';
import { operation } from '../operation.ts';
import {
  bytes,
  count,
  jobStarted,
  localPath,
  tenantReference,
  time,
  timestamp,
  uuid,
  wellFormedText,
} from '../values.ts';
import { pruning } from './retention.ts';

const entryPlace = z.object({ logId: z.string(), index: count, time: timestamp });

const evidence = z.object({
  /** Entries of the log, how many there are of somebody or something, a setting, or the log's own proof. */
  kind: z.enum(['entries', 'population', 'policy', 'log']),
  text: z.string(),
  /** What exactly was looked for, and where. */
  query: z.string(),
  /** Of entries: in whose logs. */
  of: z.enum(['owner', 'installation', 'both']).nullable(),
  found: z.boolean(),
  /** Entries that were archived are not counted, and some of them may be evidence as well. */
  archived: z.boolean(),
  count,
  first: entryPlace.nullable(),
  last: entryPlace.nullable(),
  /** The oldest of them, a bounded number. */
  entries: z.array(
    entryPlace.extend({ action: z.string(), severity: z.enum(severities), outcome: z.enum(outcomes) }),
  ),
});
export type EvidenceFound = z.infer<typeof evidence>;

const control = z.object({
  id: z.string(),
  title: z.string(),
  /** What it asks for, in words of our own. */
  asks: z.string(),
  /** Controls of NIST SP 800-53 that ask for the same. */
  nist: z.array(z.string()),
  status: z.enum(evidenceStatuses),
  /** Why it has that status. */
  why: z.string(),
  evidence: z.array(evidence),
  /** What people have to add. */
  collect: z.array(z.string()),
});
export type ControlFound = z.infer<typeof control>;

/** How many controls have each status. */
export const totals = z.record(z.enum(evidenceStatuses), count);

/** Entries of one kind, of all the logs that were looked at. */
const tally = z.object({
  action: z.string(),
  severity: z.enum(severities),
  outcome: z.enum(outcomes),
  count,
  first: entryPlace,
  last: entryPlace,
});

const population = z.object({
  name: z.string(),
  text: z.string(),
  /** null where it can not be told any more. */
  start: count.nullable(),
  end: count.nullable(),
  added: count,
  removed: count,
  source: z.string(),
});
export type PopulationFound = z.infer<typeof population>;

const policy = z.object({ name: z.string(), title: z.string(), text: z.string(), holds: z.boolean() });
export type PolicyFound = z.infer<typeof policy>;

/** Entries that retention took out of a log, some of which may be of the period. `size`: entries that the log has had. */
const archivedStretch = pruning.extend({ size: count });
export type ArchivedStretch = z.infer<typeof archivedStretch>;

/** A report as data: `controls.json`, format 1 (docs/formats/compliance-report.md). */
export const complianceFindings = z.object({
  format: z.literal(1),
  reportId: uuid,
  standard: z.enum(standards),
  installationId: uuid,
  /** null: the installation with all its tenants. */
  tenantId: uuid.nullable(),
  owner: z.string(),
  /** The period: `to` is no more part of it. */
  from: timestamp,
  to: timestamp,
  /** Of every time in the report. */
  zone: z.literal('UTC'),
  made: timestamp,
  by: z.string(),
  app: z.string(),
  notes: z.string().nullable(),
  /** Ids of the controls that were chosen; null for all. */
  chosen: z.array(z.string()).nullable(),
  totals,
  controls: z.array(control),
  exceptions: z.object({
    failures: z.array(tally),
    critical: z.array(tally),
    gaps: z.array(z.object({ from: timestamp, to: timestamp, text: z.string() })),
  }),
  populations: z.array(population),
  policies: z.array(policy),
  /** Each log that was looked at, and the range of its indices that the period touches. */
  completeness: z.array(
    z.object({
      logId: z.string(),
      from: count.nullable(),
      to: count.nullable(),
      /** How many entries that range has to hold, and how many there are. */
      expected: count,
      present: count,
      inPeriod: count,
    }),
  ),
  /** By log and index. */
  archived: z.array(archivedStretch.extend({ seen: z.enum(archiveSightings) })),
  accuracy: z.object({
    verdict: z.enum(['verified', 'tampered', 'incomplete']),
    problems: z.array(z.object({ logId: z.string(), index: count.nullable(), reason: z.string() })),
    horizon: z.string(),
  }),
  /** The signed head of the installation's log. */
  checkpoint: z.string().nullable(),
});
export type ComplianceFindings = z.infer<typeof complianceFindings>;
/** What was found, apart from when and for whom. */
export type ReportedFindings = Omit<
  ComplianceFindings,
  'format' | 'reportId' | 'made' | 'by' | 'app' | 'notes' | 'chosen'
>;

const preview = z.object({
  standard: z.enum(standards),
  tenantId: uuid.nullable(),
  from: timestamp,
  to: timestamp,
  /** Controls, notes and a logo may be chosen. */
  custom: z.boolean(),
  totals,
  archived: z.array(archivedStretch),
  controls: z.array(
    control
      .pick({ id: true, title: true, asks: true, nist: true, status: true, why: true, collect: true })
      .extend({
        /** Entries that are evidence. */
        entries: count,
      }),
  ),
});
export type CompliancePreview = z.infer<typeof preview>;

/** What making a report came to. */
export const complianceReport = z.object({
  reportId: uuid,
  file: z.string(),
  verdict: z.enum(['verified', 'tampered', 'incomplete']),
  totals,
  /** What was written: report.pdf, controls.csv, controls.json, report.zip; SHA-256 in hex, as the log has it. */
  files: z.array(z.object({ name: z.string(), bytes, sha256: z.string() })),
});
export type ComplianceReport = z.infer<typeof complianceReport>;

const asked = z.object({
  standard: z.enum(standards),
  /** Else the installation with all its tenants. */
  tenant: tenantReference.optional(),
  from: time,
  to: time,
});

/** What a report may be given beside what is asked of it. */
const choice = z.object({
  /** Only these, by id. */
  controls: z.array(z.string().min(1).max(40)).min(1).max(100).optional(),
  notes: wellFormedText.trim().min(1).max(4000).optional(),
  /** A PNG or JPEG. */
  logo: localPath.optional(),
});

/** Reports that lie in an export of the log: one on a standard, at most. */
export const bundledReports = z
  .array(choice.extend({ standard: z.enum(standards) }))
  .max(standards.length)
  .refine(
    (reports) => new Set(reports.map(({ standard }) => standard)).size === reports.length,
    'one report on a standard',
  );
export type BundledReport = z.infer<typeof bundledReports>[number];

/** Evidence for a standard's controls, from the log and from what it stands beside. */
export const reportOperations = {
  /** What a report would say, from counts alone; nothing is verified or written, so it leaves no entry itself. */
  previewComplianceReport: operation({ permission: 'audit:read' }).input(asked).output(preview),
  /** Verifies the log, then writes the report. The job's result: `complianceReport`. */
  generateComplianceReport: operation({
    permission: 'audit:read',
    action: 'audit.report',
    severity: 'warning',
    job: true,
    limitsHarm: true,
  })
    .input(
      asked.extend({
        ...choice.shape,
        /** A zip holds the other three; by the ending of the file where it is not said. */
        form: z.enum(reportForms).optional(),
        file: localPath,
      }),
    )
    .output(jobStarted),
};
