import { toRfc3339 } from '../../../shared/clock.ts';
import type { SavedFilter } from '../../../shared/contract/audit/saved-filters.ts';
import type { SubjectExport } from '../../../shared/contract/subjects.ts';
import type { JsonValue } from '../../../shared/errors.ts';
import type { AuditLogger } from '../../audit/audit-logger.ts';
import { BundleZip } from '../../audit/bundle/bundle-zip.ts';
import type { OpenedEntry } from '../../audit/subjects/subject-trace.ts';
import type { AdvancedAuth } from '../../auth/advanced-auth.ts';
import { sessionsOf } from '../../auth/session-store.ts';
import type { JobContext } from '../../jobs/job-runner.ts';
import { beginNewFile } from '../../outside/new-file.ts';
import { makePdf } from '../../reports/make-pdf.ts';
import { subjectReport } from '../../reports/subject-report.ts';
import type { TenantManager } from '../../tenants/tenant-manager.ts';
import type { Foundation } from '../foundation.ts';
import type { FoundSubject } from './plan-subject-erasure.ts';

interface ExportParts extends Pick<Foundation, 'installation' | 'clock' | 'control'> {
  readonly tenants: TenantManager;
  readonly auth: AdvancedAuth;
  readonly audit: AuditLogger;
  /** Version of this program. */
  readonly app: string;
}

/** So many entries are printed; the file beside has all. */
const printed = 300;
/** What changes who may do what. */
const changing = /^(operator|principal|auth\.key)\./;

type Facts = readonly (readonly [string, string])[];

/**
 * Writes a zip of `person.json`, `entries.jsonl` and `report.pdf`. What is sealed for others stays out of it. Errors: CONFLICT (the
 * file is there), UNAVAILABLE, INTEGRITY, STORAGE_FULL, IO, CANCELLED.
 */
export async function exportSubject(
  parts: ExportParts,
  subject: FoundSubject,
  destination: string,
  { operation: { signal }, progress }: JobContext,
): Promise<SubjectExport> {
  const { installation, clock, audit, app } = parts;
  const file = beginNewFile(destination);
  try {
    const zip = new BundleZip(file);
    progress.phase('Collecting entries', null, 'entries');
    const found = { entries: 0, fields: 0 };
    const newest: OpenedEntry[] = [];
    const changes: OpenedEntry[] = [];
    async function* lines() {
      for await (const entry of audit.subjects.entries(subject.id, subject.tenantId ?? undefined)) {
        signal.throwIfAborted();
        found.entries += 1;
        found.fields += Object.keys(entry.opened).length;
        newest.push(entry);
        if (newest.length > printed) newest.shift();
        if (changing.test(entry.record.act) && entry.record.ph === 'outcome') changes.push(entry);
        progress.advance(1);
        yield Buffer.from(`${JSON.stringify({ ...entry.record, opened: entry.opened })}\n`);
      }
    }
    await zip.add('entries.jsonl', lines());
    const { person, apiKeys, sessions, savedFilters } = accountOf(parts, subject);
    const kept = await keptOf(parts, subject);
    const time = clock.now();
    const whole = {
      format: 1,
      made: toRfc3339(time),
      installation: installation.id,
      pseudonym: audit.subjects.pseudonymOf(subject.id),
      person,
      apiKeys,
      sessions,
      savedFilters,
      kept,
      changes: changes.map(({ record, opened }) => ({
        time: toRfc3339(record.t),
        action: record.act,
        before: opened['dif.b'] ?? null,
        after: opened['dif.a'] ?? null,
        facts: record.x ?? {},
      })),
    };
    await zip.add('person.json', [Buffer.from(`${JSON.stringify(whole, null, 2)}\n`)]);
    const report = subjectReport({
      installationId: installation.id,
      person: factsOf({ ...person, pseudonym: whole.pseudonym }),
      apiKeys: apiKeys.map(({ id, createdAt, expiresAt }) => [String(id), `${createdAt} to ${expiresAt}`]),
      sessions: sessions.map(({ createdAt, seenAt }) => [String(createdAt), `last seen ${seenAt}`]),
      savedFilters: savedFilters.map(({ name, filter }) => [name, JSON.stringify(filter)]),
      kept,
      changes: changes.map(lineOf),
      entries: newest.map(lineOf),
      total: found.entries,
      anchor: audit.anchor(),
      app,
      time,
    });
    progress.phase('Printing', null, 'entries');
    await zip.add('report.pdf', [await makePdf(report, signal)]);
    await zip.end();
    file.keep();
    return { file: destination, ...found, bytes: zip.bytes };
  } finally {
    file.abandon();
  }
}

type Json = Record<string, JsonValue>;

interface Account {
  readonly person: Json;
  readonly apiKeys: readonly Json[];
  /** Only operators have these. */
  readonly sessions: readonly Json[];
  readonly savedFilters: readonly SavedFilter[];
}

function accountOf({ tenants, auth, audit, control }: ExportParts, { id, tenantId }: FoundSubject): Account {
  if (tenantId === null) {
    return {
      person: { kind: 'operator', ...auth.getOperator(id) },
      apiKeys: [],
      sessions: sessionsOf(control, id).map(({ id: session, createdAt, seenAt, expiresAt }) => ({
        id: session,
        createdAt: toRfc3339(createdAt),
        seenAt: toRfc3339(seenAt),
        expiresAt: toRfc3339(expiresAt),
      })),
      savedFilters: audit.filters.ofOperator(id),
    };
  }
  const { items } = auth.listApiKeys({ principalId: id, limit: 1000 });
  return {
    person: { ...tenants.getPrincipal({ tenant: tenantId, principalId: id }) },
    apiKeys: items.map((key) => ({ ...key })),
    sessions: [],
    savedFilters: [],
  };
}

/** For how long the log keeps entries, and which of them it has no more: archives name people by pseudonym alone. */
async function keptOf({ audit }: ExportParts, { tenantId }: FoundSubject) {
  const { retention } = audit;
  const archived = await retention.archivedOf(tenantId ?? undefined);
  return {
    days: retention.policies.keptDays(tenantId).every,
    archived: archived.map(({ logId, from, to, oldest, newest, file }) => ({
      logId,
      from,
      to,
      oldest,
      newest,
      file,
    })),
  };
}

const factsOf = (values: Record<string, JsonValue>): Facts =>
  Object.entries(values).map(([name, value]) => [name, textOf(value)]);

const textOf = (value: JsonValue) =>
  value === null ? 'none' : typeof value === 'string' ? value : JSON.stringify(value);

function lineOf({ record, opened }: OpenedEntry): readonly [string, string] {
  const { t, act, out, log, i } = record;
  const told = Object.entries(opened).map(([field, value]) => `${field}: ${textOf(value)}`);
  return [toRfc3339(t), [`${act}, ${out}`, `${log}, entry ${i}`, ...told].join('\n')];
}
