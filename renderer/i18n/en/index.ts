import { access } from './access.ts';
import { alerts } from './alerts.ts';
import { audit } from './audit.ts';
import { auditRetention } from './audit-retention.ts';
import { backups } from './backups.ts';
import { breaches } from './breaches.ts';
import { common } from './common.ts';
import { dashboard } from './dashboard.ts';
import { drills } from './drills.ts';
import { erasure } from './erasure.ts';
import { errors } from './errors.ts';
import { folders } from './folders.ts';
import { forecast } from './forecast.ts';
import { forwarding } from './forwarding.ts';
import { inbox } from './inbox.ts';
import { integrity } from './integrity.ts';
import { jobs } from './jobs.ts';
import { repair } from './repair.ts';
import { reports } from './reports.ts';
import { restore } from './restore.ts';
import { retention } from './retention.ts';
import { schedules } from './schedules.ts';
import { setPassphrase } from './set-passphrase.ts';
import { settings } from './settings.ts';
import { setup } from './setup.ts';
import { shell } from './shell.ts';
import { subject } from './subject.ts';
import { tamperDrill } from './tamper-drill.ts';
import { targets } from './targets.ts';
import { tenants } from './tenants.ts';
import { timeline } from './timeline.ts';
import { timestamps } from './timestamps.ts';
import { witnesses } from './witnesses.ts';
import { words } from './words.ts';

/** Every text of the console in English; a file for each part of it. */
export const en = {
  common,
  shell,
  words,
  errors,
  setup,
  dashboard,
  tenants,
  erasure,
  subject,
  folders,
  access,
  setPassphrase,
  audit,
  reports,
  alerts,
  breaches,
  timestamps,
  witnesses,
  integrity,
  forwarding,
  tamperDrill,
  auditRetention,
  backups,
  drills,
  restore,
  retention,
  repair,
  schedules,
  targets,
  timeline,
  forecast,
  jobs,
  inbox,
  settings,
} as const;
