import { breachStage } from '../../../shared/breaches.ts';
import type { Notice, Status } from '../../../shared/contract/suite.ts';
import { formatBytes, formatDuration } from '../../i18n/format.ts';
import { type PlainKey, t } from '../../i18n/translate.ts';
import { noticeText, severityTones } from '../../ui/notice-words.ts';
import type { LogState } from '../../ui/protection/log-state.ts';
import type { ProtectionReason } from '../../ui/protection/protection-state.ts';
import type { Tone } from '../../ui/tone.ts';

/** One thing that somebody should look at, and where. */
export interface AttentionItem {
  readonly key: string;
  readonly tone: Tone;
  readonly text: string;
  readonly next: { readonly label: PlainKey; readonly href: string };
}

export interface Known {
  readonly status: Pick<Status, 'managers' | 'protection' | 'disk' | 'warnings'>;
  readonly reasons: readonly ProtectionReason[];
  readonly log: LogState;
  /** Whose backups are overdue, by name; empty while that is not known. */
  readonly overdue: readonly string[];
  /** The newest open ones. */
  readonly notices: readonly Notice[];
  readonly openNotices: number;
  /** Those of which the authority has to be told; negative past due. */
  readonly breaches: readonly { readonly id: string; readonly title: string; readonly leftMs: number }[];
  readonly recoveryKeyConfirmed: boolean;
}

/** The item whose next step is done in place. */
export const recoveryKey = 'recovery-key';

const lowBytes = 5e9;
const veryLowBytes = 1e9;
const mostNames = 3;
/** By stage: more than a day left, less, less than six hours, past due. */
const breachTone: readonly Tone[] = ['info', 'warning', 'bad', 'bad'];
const sections = { tenants: '/tenants', auth: '/access', audit: '/audit', backups: '/backups' } as const;
const managers = ['tenants', 'auth', 'audit', 'backups'] as const;
const rank: Readonly<Record<Tone, number>> = { bad: 0, warning: 1, info: 2, neutral: 3, good: 4 };

/** What needs attention, the gravest first. */
export function attentionItems(known: Known): readonly AttentionItem[] {
  const items = [logItems, breachItems, managerItems, diskItems, backupItems, drillItems].flatMap((of) =>
    of(known),
  );
  if (!known.recoveryKeyConfirmed) {
    items.push(item(recoveryKey, 'warning', t('dashboard.attention.recoveryKey'), 'confirm', '/settings'));
  }
  items.push(...noticeItems(known), ...unnamedItems(known));
  return items
    .map((each, at) => ({ each, at }))
    .sort((left, right) => rank[left.each.tone] - rank[right.each.tone] || left.at - right.at)
    .map(({ each }) => each);
}

type Next = Parameters<typeof nextLabel>[0];
const nextLabel = (
  name:
    | 'verifyLog'
    | 'backUp'
    | 'schedules'
    | 'verify'
    | 'drills'
    | 'settings'
    | 'confirm'
    | 'notice'
    | 'breach'
    | 'inbox'
    | (typeof managers)[number],
) => `dashboard.attention.next.${name}` as const;

function item(key: string, tone: Tone, text: string, next: Next, href: string): AttentionItem {
  return { key, tone, text, next: { label: nextLabel(next), href } };
}

function logItems({ log }: Known): AttentionItem[] {
  if (log === 'tampered') {
    return [item('tampered', 'bad', t('dashboard.attention.tampered'), 'verifyLog', '/audit')];
  }
  if (log !== 'incomplete') return [];
  return [item('incomplete', 'warning', t('dashboard.attention.incomplete'), 'verifyLog', '/audit')];
}

function breachItems({ breaches }: Known): AttentionItem[] {
  return breaches.map(({ id, title, leftMs }) => {
    const time = formatDuration(Math.abs(leftMs));
    const text = t(leftMs > 0 ? 'dashboard.attention.breach' : 'dashboard.attention.breachLate', {
      title,
      time,
    });
    return item(
      `breach ${id}`,
      breachTone[breachStage(leftMs)] ?? 'bad',
      text,
      'breach',
      `/audit/breaches?breach=${id}`,
    );
  });
}

function managerItems({ status, log }: Known): AttentionItem[] {
  return managers.flatMap((name) => {
    const { state, problem } = status.managers[name];
    // a contradicted log is told of already
    if (problem === null || (name === 'audit' && log === 'tampered' && state !== 'down')) return [];
    const text = t('dashboard.attention.manager', { manager: t(`words.manager.${name}`), problem });
    return [item(name, state === 'down' ? 'bad' : 'warning', text, name, sections[name])];
  });
}

function diskItems({ status: { disk } }: Known): AttentionItem[] {
  const items: AttentionItem[] = [];
  if (disk.freeBytes < lowBytes) {
    const text = t('dashboard.attention.diskLow', { free: formatBytes(disk.freeBytes) });
    items.push(
      item('disk', disk.freeBytes < veryLowBytes ? 'bad' : 'warning', text, 'settings', '/settings'),
    );
  }
  if (disk.encryption === 'off') {
    items.push(item('encryption', 'info', t('dashboard.attention.encryptionOff'), 'settings', '/settings'));
  }
  return items;
}

function backupItems({ reasons, overdue, status }: Known): AttentionItem[] {
  return reasons.flatMap((reason): AttentionItem[] => {
    switch (reason) {
      case 'no-backup':
        return [item(reason, 'bad', t('dashboard.attention.noBackup'), 'backUp', '/backups')];
      case 'overdue':
        return [item(reason, 'bad', overdueText(overdue), 'schedules', '/backups/schedules')];
      case 'unprotected': {
        const text = t('dashboard.attention.unprotected', { count: status.protection.unprotected });
        return [item(reason, 'warning', text, 'backUp', '/backups')];
      }
      case 'same-disk':
        return [item(reason, 'warning', t('dashboard.attention.sameDisk'), 'settings', '/settings')];
      case 'restore-unproven':
        return [item(reason, 'warning', t('dashboard.attention.unproven'), 'verify', '/backups/drills')];
      default:
        return []; // the manager of backups tells of these itself
    }
  });
}

function drillItems({ status, notices }: Known): AttentionItem[] {
  const count = status.protection.objectives.failedDrills;
  // an open notice says the same, and of whom
  if (count === 0 || notices.some(({ jobKind }) => jobKind === 'backup.drill')) return [];
  const text = t('dashboard.attention.drillFailed', { count });
  return [item('drill-failed', 'bad', text, 'drills', '/backups/drills')];
}

function overdueText(names: readonly string[]): string {
  const count = names.length;
  if (count === 0) return t('dashboard.attention.lateAll');
  const shown = names.slice(0, mostNames).join(', ');
  if (count <= mostNames) return t('dashboard.attention.overdue', { count, names: shown });
  return t('dashboard.attention.overdueMore', { count, names: shown, more: count - mostNames });
}

function noticeItems({ notices, openNotices, breaches }: Known): AttentionItem[] {
  const told = new Set(breaches.map(({ id }) => id));
  // a breach that is shown by itself says the same, and how much time is left
  const others = notices.filter(({ breachId }) => breachId === null || !told.has(breachId));
  const items = others.map((notice) =>
    item(
      notice.id,
      severityTones[notice.severity],
      t('dashboard.attention.notice', { what: noticeText(notice) }),
      'notice',
      `/inbox?notice=${notice.id}`,
    ),
  );
  const more = openNotices - notices.length;
  if (more <= 0) return items;
  const text = t('dashboard.attention.moreNotices', { count: more });
  return [...items, item('more-notices', 'info', text, 'inbox', '/inbox')];
}

/** What the core warns of that no other part of a status says; its sentences for the rest are known by how they read. */
const said = [
  /^(tenants|auth|audit|backups): /,
  /^Backups stand on the same disk/,
  /have no backup yet\.$/,
  /^Disk encryption is off/,
];

function unnamedItems({ status: { warnings } }: Known): AttentionItem[] {
  return warnings
    .filter((warning) => !said.some((form) => form.test(warning)))
    .map((warning) => item(warning, 'bad', warning, 'settings', '/settings'));
}
