/** The restore wizard. */
export const restore = {
  title: 'Restore',
  panel: 'Bring data back from a snapshot',
  up: 'Backups',
  steps: {
    what: 'What',
    when: 'When',
    where: 'Where',
    conflicts: 'What changes',
    summary: 'Summary',
    run: 'Run',
    result: 'Result',
  },
  what: {
    text: 'What should come back?',
    tenant: 'A tenant',
    installation: 'The installation’s own databases (operators, tenants, settings, the audit log)',
    choose: 'Tenant',
    chooseTenant: 'Type a name to find a tenant',
    missing: 'Choose what should come back.',
    installationNote:
      'Operators, users, keys, tenants’ tiers and schedules of then; access only for who had it then and has it now. It is carried out at the next start of Holdfast, and only an owner may ask for it. To bring back a whole lost machine, run holdfast recover.',
  },
  when: {
    text: 'From which moment? Choose a snapshot in the list, or give a time: what a tenant wrote between two snapshots is recorded commit by commit. Safety snapshots hold the state right before an earlier restore.',
    snapshot: 'Chosen snapshot',
    safety: 'a safety snapshot, made right before a restore',
    label: 'Snapshots',
    at: 'Or as of',
    point: 'Chosen point in time',
    use: 'Choose by time',
    none: 'There is no snapshot as old as that. Choose a later time.',
    empty: 'There is no snapshot of this yet. Make a backup first.',
    toBackups: 'Go to the backups',
    missing: 'Choose a snapshot or a time.',
    readFrom: 'Read from',
    readFromHint:
      'The first target, unless it is gone: then the copy on another one, which may lack the newest snapshots.',
    first: 'the first target',
    away: '{name} (cannot be reached now)',
  },
  byId: {
    label: 'Or by its id',
    hint: 'The first 8 of its 64 digits are enough.',
    use: 'Choose by id',
    noId: 'An id is made of 0-9 and a-f, at least 8 of them.',
    none: 'There is no snapshot {id}. Look for its id in the backups.',
    ofAnother: 'Snapshot {id} is of {owner}. Go back to choose that.',
  },
  find: {
    open: 'Find documents and files…',
    of: 'Documents and files as of',
    search: 'Id or name contains',
    where: 'Where to look',
    everywhere: 'Everywhere',
    files: 'Files',
    label: 'Documents and files to choose',
    none: 'Nothing of that time matches',
    columns: { chosen: 'Chosen', part: 'Part', size: 'Size', time: 'Changed' },
  },
  where: {
    text: 'Where to?',
    inPlace: 'In place: the tenant’s data of now is replaced',
    ownInPlace: 'In place: the installation’s own data are set back',
    inPlaceText: 'A safety snapshot of now is made first; with it the restore can be taken back.',
    parts: 'Only chosen parts: documents, collections or files, into the tenant of now',
    partsText:
      'What differs or is gone comes back as one more revision; nothing else changes, and nothing is lost.',
    collections: 'Whole collections',
    allFiles: 'all files',
    partLines: 'Parts, one a line',
    partHint: 'orders/order-17 is a document, orders a whole collection, $files/letter.pdf a file.',
    missingParts: 'Choose at least one part.',
    noPart: '“{part}” names no document, collection or file.',
    tenant: 'To a new tenant: the one of now stays as it is',
    tenantText:
      'It gets documents with their revisions, and files; no people and no keys, so nobody has access yet. Nothing has to be taken back: suspend the new tenant to keep everybody out.',
    name: 'Name of the new tenant',
    tier: 'Tier of the new tenant',
    sameTier: 'The same as now',
    folder: 'Into a folder: nothing that exists is touched',
    folderText: 'On the machine that runs Holdfast. The folder must be empty or not there yet.',
    partsFolder:
      'Only chosen parts, into a folder: documents, collections or files, with the files documents refer to',
    partsFolderText:
      'Documents as JSON, one a line, and files under their names. The folder says which parts it holds; what you do not name is not in it.',
    path: 'Whole path of the folder',
    pathHint: 'From the root of the disk, such as /srv/restored on Linux or D:\\Restored on Windows.',
    missing: 'Choose where to.',
    missingName: 'Give the new tenant a name.',
    missingPath: 'Enter the whole path, from the root of the disk.',
    next: 'Next looks at the space and at what would change. Nothing is changed by that.',
  },
  preflight: {
    obstacles: 'This stands in the way; a restore is refused as long as it does:',
    space: 'Needed: {bytes}. Free: {free}.',
    clear: 'Nothing stands in the way.',
    stopped: 'That was stopped before it knew. Nothing was changed.',
    warnings: 'Worth knowing; nothing of this refuses the restore:',
    examples: 'Such as: {names}.',
  },
  warnings: {
    'network-folder':
      'The folder lies on another machine ({subject}): it is slower, and others may reach it.',
    'synced-folder': '{subject} copies this folder elsewhere, with everything that is restored into it.',
    'open-folder':
      'Other users of this machine may look into the folder above it. The restored folder itself is yours only.',
    'names-refused': {
      one: '{count} file has a name that this disk does not take. It will lie in files-by-content.',
      other: '{count} files have names that this disk does not take. They will lie in files-by-content.',
    },
    'names-collide': {
      one: '{count} file differs from another by the case of its name only. It will lie in files-by-content.',
      other:
        '{count} files differ from others by the case of their names only. They will lie in files-by-content.',
    },
    'paths-too-long': {
      one: '{count} file has a path that is too long here. It will lie in files-by-content.',
      other: '{count} files have paths that are too long here. They will lie in files-by-content.',
    },
  },
  conflicts: {
    again: 'Look again',
    unchanged: 'Stay',
    nothing: {
      parts:
        'Nothing is lost: a document that changes keeps what it is now as a revision. What is not named stays.',
      folder: 'Nothing that exists is changed: the folder is empty or not there yet.',
      'parts-folder':
        'Nothing that exists is changed: the folder is empty or not there yet, and will hold these parts only.',
      tenant: 'Nothing that exists is changed: a tenant of its own is made.',
    },
    same: 'No row would change: what is there now is the same as in the snapshot.',
    unreadable:
      'The tenant’s database of now cannot be opened, so there is nothing to compare. All of it gives way to the snapshot. The damaged file stays beside it, but there is no way back by undo.',
    unknown:
      'It could not be found out what would change. Look again; or go on only if all of the tenant’s data may give way to the snapshot.',
    table: 'What would change in the tenant’s data',
    ownTable: 'The installation’s own data, then and now',
    ownText: 'The installation’s own data of then, compared with those of now:',
    ownSame: 'The installation’s own data of then are the same as now.',
    inPlaceText: 'This would change. What is not listed stays as it is now, the audit log too:',
    inPlaceSame: 'Nothing would change.',
    loseAccess: 'Without access afterwards, since they had none then, or lost it since:',
    loses: {
      operators: { one: '{count} operator', other: '{count} operators' },
      tenants: { one: '{count} tenant, suspended', other: '{count} tenants, suspended' },
      principals: { one: '{count} user or bot', other: '{count} users and bots' },
      apiKeys: { one: '{count} API key', other: '{count} API keys' },
    },
    needPassphrase:
      'These operators get access again, but their passphrase does not open Holdfast after a start. Set a new one for them afterwards, under Access:',
    overQuota:
      'These tenants use more than their tier of then allows. Nothing is deleted, and nothing new fits:',
    over: {
      bots: '{name}: {used} bots; the tier {tier} allows {limit}',
      users: '{name}: {used} users; the tier {tier} allows {limit}',
      storageBytes: '{name}: {used} of storage; the tier {tier} allows {limit}',
    },
    acceptOwn: 'Set the installation’s own data back at the next start of Holdfast',
    collection: 'Collection',
    data: 'Data',
    added: 'Come back',
    changed: 'Change',
    lost: 'Are lost',
    onlyThen: 'Only then',
    differ: 'Differ',
    onlyNow: 'Only now',
    accept: {
      one: 'Replace what is there now: {count} row written since then is lost or changed',
      other: 'Replace what is there now: {count} rows written since then are lost or changed',
    },
    acceptAll: 'Replace everything that is there now',
  },
  summary: {
    what: 'What',
    snapshot: 'From',
    readFrom: 'Read from the copy on',
    point: 'in the log of snapshot',
    to: 'To',
    inPlace: 'in place',
    parts: 'in place, only {parts}',
    partsFolder: '{folder}, only {parts}',
    referred: '{files}, {referred} of them because chosen documents refer to them',
    partsOnly: 'in place, only the chosen parts',
    newTenant: 'a new tenant, {name} ({tier})',
    rows: 'Rows',
    files: 'Files',
    size: 'Size',
    changes: 'Changes',
    changeText: '{added} come back, {changed} change, {lost} are lost',
    none: 'none',
    reason: 'Reason',
    reasonHint: 'At least three characters; it becomes part of the audit log.',
    reasonMissing: 'Say why, so that whoever reads the audit log understands it.',
    stale: 'It is some minutes since it was looked at what would change. Look again before you start.',
    start: 'Start the restore',
  },
  run: {
    cancel: {
      'in-place':
        'Cancelling now leaves the data as it is. Only at the very end is it replaced, in one step; a safety snapshot may be left over.',
      parts: 'Cancelling now takes back what was written so far.',
      tenant:
        'Cancelling now removes what was made of the new tenant so far. It appears only once it is complete.',
      folder: 'Cancelling now removes what was written so far. The folder appears only once it is complete.',
      'parts-folder':
        'Cancelling now removes what was written so far. The folder appears only once these parts are complete.',
      stopping: 'It is being stopped; the data stays as it is.',
      'too-late':
        'The data is being replaced in one step, so it is too late to cancel. It can be taken back afterwards.',
    },
    back: {
      when: 'Choose another snapshot',
      where: 'Choose another place',
      summary: 'Back to the summary',
    },
    toRestores: 'See the restores',
    toJob: 'See the job',
  },
  fate: {
    parts:
      'What was written was taken back. If Holdfast itself was stopped meanwhile, the tenant’s imports list it as interrupted: undo it there.',
    untouched: 'The restore did not happen. The data is as it was before.',
    replaced:
      'The data was replaced all the same, right before this ended. It can be taken back under Backups, Restores.',
    unknown:
      'It is not known whether the data was replaced. Holdfast finds that out when it starts: restart it, then look under Backups, Restores.',
    tenant:
      'Nothing that existed was touched. The new tenant is there only if it is complete: look under Tenants before you try again.',
    'parts-folder':
      'Nothing that existed was touched. The folder is there only if all of the chosen parts are; one beside it ending in .holdfast-partial holds what is there so far: resume the job, or restore to there again, to go on with it.',
    folder:
      'Nothing that existed was touched. The folder is there only if it is complete; a folder beside it ending in .holdfast-partial holds what is there so far: resume the job, or restore to there again, to go on with it.',
  },
  result: {
    prepared:
      'It is prepared, and was verified at level {level}. It is carried out at the next start of Holdfast.',
    done: 'The restore is done and was verified at level {level}.',
    verified: 'Verified at level',
    only: 'Only these parts',
    ofParts: '{level}; of these parts only',
    duration: 'Took',
    ended: 'Ended',
    snapshot: 'Snapshot',
    job: 'Job',
    undo: 'Undo id',
    importId: 'Import',
    takeBack: 'Take it back',
    later:
      'It can be taken back later too: Backups, Restores. That works as long as the safety snapshot is kept.',
    apart:
      'Nobody has access to the new tenant yet: add its people and keys. Nothing of the backed-up tenant was changed; suspend the new one to keep everybody out.',
    newTenant: 'a new tenant, {id}',
    import:
      'It is in the tenant’s list of imports and can be taken back there: exactly these revisions go, whatever others wrote since. Files that came back are deleted by hand.',
    toImports: 'See the import',
    noWayBack: 'There was no readable state before this, so there is none to go back to.',
    copy: 'Copy the report',
    pdf: 'Save the report (PDF)',
    print: 'Print the report',
    printTitle: 'Holdfast: report of a restore',
    tenant: 'Go to the tenant',
    audit: 'See it in the audit log',
    another: 'Restore something else',
    taken: 'The restore was taken back; the state before it is there again.',
  },
} as const;
