import type { BackupTimeline, TimelineSnapshot } from '../../../../shared/contract/backups/timeline.ts';
import { formatCount, formatMoment, formatTime, type Zone } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';

/** What a snapshot is, in a line. */
export function snapshotWords(snapshot: TimelineSnapshot, zone: Zone): string {
  const { kind, verified, held, safety, damaged, goesAfter } = snapshot;
  return [
    t(`words.snapshotKind.${kind}`),
    verified === null ? t('timeline.unverified') : t('timeline.verified', { level: verified }),
    safety && t('timeline.safety'),
    held && t('timeline.held'),
    damaged > 0 && t('timeline.damaged', { count: damaged }),
    goesAfter !== null && t('timeline.goes', { time: formatTime(goesAfter, zone) }),
  ]
    .filter((text) => text !== false)
    .join(', ');
}

/** What a restore of the chosen moment would bring back. */
export function momentWords(nearest: BackupTimeline['nearest'], zone: Zone): string {
  if (nearest === null) return t('timeline.nothingChosen');
  const at = formatMoment(nearest.at, zone);
  const { before } = nearest;
  if (before === null) return t('timeline.tooOld', { at });
  const time = formatMoment(before.time, zone);
  if (before.seq === null)
    return before.exact ? t('timeline.uncounted', { at }) : t('timeline.state', { at, time });
  const words = { at, time, commit: formatCount(before.seq) };
  return before.exact ? t('timeline.lastChange', words) : t('timeline.lastKept', words);
}
