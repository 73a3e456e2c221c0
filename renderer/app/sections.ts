import {
  ArchiveRegular,
  BoardRegular,
  BuildingRegular,
  ClipboardTaskListLtrRegular,
  type FluentIcon,
  KeyRegular,
  MailInboxRegular,
  SettingsRegular,
  TaskListLtrRegular,
} from '@fluentui/react-icons';
import type { PlainKey } from '../i18n/translate.ts';

export interface Section {
  readonly path: string;
  readonly label: PlainKey;
  readonly icon: FluentIcon;
}

/** The parts of the console, in the order of the sidebar. */
export const sections: readonly Section[] = [
  { path: '/', label: 'shell.navigation.dashboard', icon: BoardRegular },
  { path: '/tenants', label: 'shell.navigation.tenants', icon: BuildingRegular },
  { path: '/access', label: 'shell.navigation.access', icon: KeyRegular },
  { path: '/audit', label: 'shell.navigation.audit', icon: ClipboardTaskListLtrRegular },
  { path: '/backups', label: 'shell.navigation.backups', icon: ArchiveRegular },
  { path: '/jobs', label: 'shell.navigation.jobs', icon: TaskListLtrRegular },
  { path: '/inbox', label: 'shell.navigation.inbox', icon: MailInboxRegular },
  { path: '/settings', label: 'shell.navigation.settings', icon: SettingsRegular },
];
