/** The inbox. */
export const inbox = {
  label: 'Notices, newest first',
  state: 'State',
  open: 'Open',
  acknowledged: 'Seen',
  all: 'All',
  acknowledge: 'Mark as seen',
  acknowledgeAll: { one: 'Mark {count} as seen', other: 'Mark {count} as seen' },
  emptyTitle: 'Nothing needs you',
  emptyText: 'Jobs that failed and backups that were missed are kept here until somebody has seen them.',
  seen: 'Seen by {name}',
  seenBySomebody: 'somebody',
  kinds: {
    'job-failed': '{kind} of {whom} failed',
    'job-interrupted': '{kind} of {whom} was interrupted when Holdfast ended',
    'backup-missed': 'The backup of {whom} was missed while Holdfast was not running; it is made up for',
  },
  due: 'It was due at',
  toJob: 'Look at the job',
  toSchedules: 'Look at the schedules',
} as const;
