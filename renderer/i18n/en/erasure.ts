/** Tenants that are destroyed, and what proves it. */
export const erasure = {
  title: 'Erased tenants',
  action: 'Erase tenant…',
  dialog: {
    title: 'Erase {name} for good?',
    submit: 'Erase tenant',
    loading: 'Looking at what there is',
    text: 'Its keys are destroyed, its data and every backup of it are deleted. Nothing brings it back: there is no undo. Its part of the audit log stays, without the names of its people, and its short name is never given again.',
    what: 'What goes',
    people: 'Users: {users}, bots: {bots}',
    data: 'Documents: {documents}, files: {files}; {bytes}',
    snapshots: { one: '{count} snapshot', other: '{count} snapshots' },
    where: 'Where its backups lie',
    first: 'First target',
    away: '{name} cannot be reached: what lies there stays readable with the recovery key until it is connected again',
    outside: 'Copies that were made outside Holdfast are not covered.',
    obstacles: 'This stands in the way:',
    reason: 'Reason',
    reasonHint: 'Kept in the audit log.',
    typed: 'Type {slug} to confirm',
  },
  done: '{name} was erased.',
  donePending:
    '{name} was erased. Targets that could not be reached still hold a copy; they are emptied as soon as they are back.',
  doneLocked:
    '{name} was erased. An object lock keeps bytes of its backups until a date; they are deleted after it.',
  show: 'Show what was done',
  save: 'Save certificate',
  prove: 'Look again for what is left',
  proving: 'Looking for what is left',
  proved: 'Nothing of the tenant could be found anywhere.',
  notProved: 'Something is left, or could not be looked at. See below.',
  label: 'Erased tenants',
  columns: { slug: 'Short name', erased: 'Erased', places: 'Backups', proof: 'Last looked for' },
  places: {
    complete: 'gone from every target',
    pending: { one: 'pending on {count} target', other: 'pending on {count} targets' },
    abandoned: { one: 'left on {count} removed target', other: 'left on {count} removed targets' },
    locked: {
      one: 'locked on {count} target, readable by nobody',
      other: 'locked on {count} targets, readable by nobody',
    },
    lockedReadable: {
      one: 'locked on {count} target, readable with the recovery key',
      other: 'locked on {count} targets, readable with the recovery key',
    },
  },
  locked: {
    until: 'removed, and locked until',
    open: 'removed, and kept as older versions without a known end.',
    unreadable:
      'Readable by nobody: its keys are destroyed. The bytes are deleted by the first synchronisation after that.',
    readable:
      'Its key files are locked too: readable with the recovery key until they are deleted, by the first synchronisation after that.',
  },
  place: {
    erased: 'erased',
    pending: 'pending: emptied as soon as it can be reached',
    abandoned: 'removed from Holdfast while it held a copy',
  },
  proof: { clean: 'nothing found', left: 'not ruled out', none: 'never' },
  details: {
    tenant: 'Tenant',
    where: 'Backups',
    attempts: 'What was tried',
    certificate: 'Certificate',
    none: 'Not signed yet',
    here: 'This machine',
    nothing: 'nothing',
  },
  what: {
    keys: 'Its keys in the keyring',
    'subject-keys': 'Keys of its people',
    data: 'Its data',
    repository: 'Its repository',
    'target-keyring': 'Its keys in the copy of the keyring',
    'target-subject-keys': 'Keys of its people in the copy',
  },
  emptyTitle: 'No tenant was erased',
  emptyText:
    'Erasing a tenant destroys its keys, its data and its backups, and leaves a signed certificate here.',
} as const;
