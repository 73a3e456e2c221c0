/** What needs a person's eyes. */
export const inbox = {
  label: 'Notices',
  state: 'Show',
  states: { open: 'Open', acknowledged: 'Acknowledged' },
  anyState: 'All',
  columns: { severity: 'Severity', what: 'What happened', tenant: 'Of', time: 'When', seen: 'Acknowledged' },
  what: {
    'job-failed': '{job} failed',
    'job-interrupted': '{job} was cut off when Holdfast ended',
    'backup-missed': 'A backup was missed: it was due when Holdfast was not running',
    'backup-overdue': 'A backup is overdue: it fails again and again',
    'drill-overdue': 'A restore drill is overdue',
    'commits-in-doubt': 'Changes since the last backup can no longer be had one by one',
    'target-filling': 'A backup target is expected to be full within two weeks',
    'backups-healed': 'Damaged backups were healed',
    'backups-elsewhere': 'Backups are written to another target',
    'backups-damaged': 'Backups are damaged, and no copy heals them',
    alert: 'A rule on the audit log was met',
    'breach-due': 'A breach has to be told within 72 hours',

    'control-restore-pending': 'The installation’s own data will be set back at the next start',
    'control-restore-failed': 'The installation’s own data could not be set back',
    'forwarding-stopped': 'The log is not forwarded any more: too much was refused',
    'forwarding-dead-letters': 'Entries of the log were refused by a destination',
    'forwarding-behind': 'Forwarding of the log is more than an hour behind',
  },
  emptyTitle: 'Nothing needs you',
  emptyText: 'Jobs that fail, backups that are missed and alerts are kept here until somebody has seen them.',
  filteredTitle: 'No notice has been acknowledged yet',
  acknowledge: 'Acknowledge',
  acknowledgeShown: { one: 'Acknowledge the {count} shown', other: 'Acknowledge the {count} shown' },
  mayNot: 'Your role may not acknowledge notices.',
  details: {
    time: 'When',
    due: 'Was due',
    severity: 'Severity',
    of: 'Of',
    openJob: 'Open the job',
    runNow: 'Back up now',
    started: 'The backup was made.',
    seen: 'Acknowledged',
    seenBy: 'By',
    gone: 'somebody who was erased',
    nextTitle: 'What to do',
    missed:
      'Nothing is lost, but there is no copy of what changed since the last backup. Back up now, or wait: the next run makes up for it.',
    overdue:
      'Every try since then failed, and it is tried again about every hour. Nothing that changed since the last backup has a copy: open the failed job to see why, and back up once that is cured. This notice goes by itself when a backup is made.',
    drillOverdue:
      'Whether the newest backup comes back has not been tried for longer than planned. Run a drill, or leave Holdfast running: it is made up for by itself.',
    commitsInDoubt:
      'Another program wrote to the database, or what was recorded of its changes is damaged. Nothing of the data is lost by that, but until the next backup a restore cannot choose between these changes. Back up now: it is a full backup, and from then on every change is recorded again.',
    targetFilling:
      'It grows as it has these weeks, and then there is no space left. The list of targets says which one, and what the date comes from. Free space on its disk, keep fewer snapshots, or use another disk.',
    backupsElsewhere:
      'The first target is away, so backups go to a further one that has a copy. The list of targets says which. Connect the disk of the first target: the next backup brings back what was written meanwhile, and this notice goes by itself.',
    expected: 'Full about',
    toTargets: 'See the targets',
    hoursEnd: '72 hours end',
    toBreach: 'Open the breach',
    toForwarding: 'See the destinations',
    breachDue:
      'Judge the risk to people and tell the authority, or record why it need not be told: GDPR 33 gives 72 hours from when the breach was noticed. Of data that you process for others, tell them. What is not known yet can follow in a further notice. This notice goes by itself when that is recorded.',
    controlRestorePending:
      'An owner had an earlier state of operators, tenants, users, keys and schedules prepared. It is carried out when Holdfast starts next: restart it, or cancel it under Backups, Restores. Everybody has to sign in anew.',
    controlRestoreFailed:
      'Nothing was changed. See why in the audit log, and ask for the restore again, best of another snapshot.',
    forwardingStopped:
      'The destination refused a thousand entries, so nothing more is sent there. Nothing is lost: the log keeps everything. See why it refuses them, then try them again or drop them. This notice goes by itself when it goes on.',
    forwardingDeadLetters:
      'The destination took the others. Nothing is lost: the log keeps everything. See why it refuses them, then try them again or drop them. This notice goes by itself when none is left.',
    forwardingBehind:
      'Entries wait here for longer than an hour, so whoever watches the destination does not see them. Nothing is lost: the log keeps everything and sends it later. The list of destinations says why. This notice goes by itself when it is caught up.',
    backupsHealed:
      'Files of the backups were damaged or gone. They were fetched from a copy, or made anew from what was there; the audit log names them. Nothing is lost, but a disk that damages one file damages others: have it checked, and keep a copy on another one.',
    backupsDamaged:
      'Files of the backups are damaged or gone, and no copy that can be reached has them. Connect the disk of a further target if there is one, and verify again. Otherwise plan a repair: it shows what is lost, and a full backup stores again what is still in the data.',
    interrupted: 'Nothing was left half done. Start it again; what had been finished stays.',
  },
} as const;
