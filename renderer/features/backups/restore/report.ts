import type { Job } from '../../../../shared/contract/suite.ts';
import { validationLevels } from '../../../../shared/states.ts';
import { formatBytes, formatCount, formatDuration, formatTime } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { list, member, number, text } from '../../../ui/json-member.ts';
import { type Place, placeOf } from './restore-draft.ts';

/** What a restore did, to show, to copy and to print. */
export interface Report {
  readonly level: (typeof validationLevels)[number];
  readonly to: Place;
  /** The tenant that was made. */
  readonly newTenant: string | null;
  /** Takes it back; null where nothing can. */
  readonly undoId: string | null;
  /** It waits for the next start of Holdfast. */
  readonly pending: boolean;
  readonly facts: readonly (readonly [name: string, value: string])[];
}

/** The report of a restore that succeeded. `what`: whose data it was. */
export function reportOf(
  { id, endedAt, result }: Pick<Job, 'id' | 'endedAt' | 'result'>,
  what: string,
): Report {
  const level = validationLevels.find((known) => known === number(result, 'verifiedLevel')) ?? 0;
  const importId = text(result, 'importId') || null;
  const only = list(result, 'only').filter((each) => typeof each === 'string');
  const to = placeOf(text(result, 'to'), importId !== null || only.length > 0);
  const tenantId = text(result, 'tenantId');
  const place = {
    folder: text(result, 'folder'),
    'parts-folder': text(result, 'folder'),
    tenant: t('restore.result.newTenant', { id: tenantId }),
    parts: t('restore.summary.partsOnly'),
    'in-place': t('restore.summary.inPlace'),
  }[to];
  const undoId = text(result, 'undoId') || null;
  return {
    level,
    to,
    newTenant: to === 'tenant' ? tenantId : null,
    undoId,
    pending: member(result, 'pending') === true,
    facts: [
      [t('restore.summary.what'), what],
      [t('restore.summary.to'), place],
      ...(only.length === 0 ? [] : [[t('restore.result.only'), only.join(', ')] as const]),
      [
        t('restore.result.verified'),
        only.length === 0
          ? t(`backups.levels.${level}`)
          : t('restore.result.ofParts', { level: t(`backups.levels.${level}`) }),
      ],
      [t('restore.summary.rows'), formatCount(number(result, 'rows'))],
      [t('restore.summary.files'), formatCount(number(result, 'files'))],
      [t('restore.summary.size'), formatBytes(number(result, 'bytes'))],
      [t('restore.result.duration'), formatDuration(number(result, 'durationMs'))],
      [t('restore.result.ended'), endedAt === null ? '' : `${formatTime(endedAt, 'utc')} UTC`],
      [t('restore.result.snapshot'), text(result, 'snapshotId')],
      [t('restore.result.job'), id],
      ...(undoId === null ? [] : [[t('restore.result.undo'), undoId] as const]),
      ...(importId === null ? [] : [[t('restore.result.importId'), importId] as const]),
    ],
  };
}

/** One fact a line. */
export function reportText({ facts }: Report): string {
  return facts.map(([name, value]) => `${name}: ${value}\n`).join('');
}
