/** Attacks on a copy of the log. */
export const tamperDrill = {
  title: 'Tamper drill',
  held: 'Attacks on a copy of the log',
  text: 'The log is copied, the copy is verified, and then changed in every way that is known, each time verified and undone. The log itself is not touched. It shows that tampering would be found here, on this data, by this version.',
  run: 'Run the drill',
  again: 'Run it again',
  none: 'No drill yet',
  noneText: 'It takes seconds; on a very large log about as long as a verification.',
  verdict: {
    caught: 'Every attack that could be tried was caught',
    unguarded: 'One thing would go unnoticed here',
    missed: 'An attack was not caught',
  },
  verdicts: {
    caught: '{caught} caught.',
    unguarded:
      '{caught} caught. Whoever puts an older file back is found by a keychain, which this installation has not; a witness notices it at the next cosignature.',
    missed:
      '{caught} caught, {missed} missed. Trust no verdict of this version on the log: keep a copy of the folder, and report this.',
  },
  notApplicable: {
    one: '{count} could not be tried, for the reason that is given.',
    other: '{count} could not be tried, for the reasons that are given.',
  },
  covered:
    'All {entries} entries of {logs} logs were verified first. Attacks hit the newest {stretch} entries of a log; it took {time}.',
  columns: {
    attack: 'Attack',
    outcome: 'Outcome',
    finding: 'What the verification says',
    entry: 'Entry',
  },
  outcome: {
    caught: 'Caught',
    missed: 'Missed',
    unguarded: 'Unguarded',
    'not-applicable': 'Not applicable',
  },
  unguarded: 'Nothing outside the database is compared here. A witness would notice at its next cosignature.',
  nothing: 'Nothing.',
  further: { one: 'and {count} thing more', other: 'and {count} things more' },
  witnesses: 'Witnesses',
  obstacles: {
    'few-entries': 'The log has too few entries yet.',
    'no-openings': 'Nothing is sealed in the newest entries.',
    'no-full-tile': 'The log has no full tile of 256 hashes yet.',
    'never-rotated': 'No key was replaced yet.',
    'no-tenant-log': 'No tenant has a log yet.',
    'one-tenant-log': 'Only one tenant has a log.',
    'large-tenant-logs': 'Every log of a tenant is too large to be moved about.',
    'no-witness': 'There is no witness.',
    'no-timestamp': 'There is no time stamp.',
    'no-retention': 'How long the log is kept was never set.',
  },
  history: {
    title: 'Former drills, from the log',
    columns: {
      time: 'Held',
      by: 'By',
      outcome: 'Outcome',
      caught: 'Caught',
      open: 'Not caught',
      entry: 'Entry',
    },
    failed: 'Did not end',
    open: 'Show',
    none: 'None',
    more: 'The newest {count}. The audit log has all of them.',
  },
  attacks: {
    'entry-edited': {
      title: 'Edit what an entry says',
      aim: 'Make a failure a success, with an SQLite tool.',
    },
    'entry-backdated': {
      title: 'Backdate an entry, and rebuild the tree over it',
      aim: 'Have been there before it was forbidden.',
    },
    'entry-deleted': { title: 'Delete an entry and close the gap', aim: 'Make one deed disappear.' },
    'entry-inserted': { title: 'Slip in an entry', aim: 'Let somebody have done what nobody did.' },
    'entries-swapped': { title: 'Swap two entries', aim: 'Turn cause and effect around.' },
    'entry-renamed': { title: 'Give an entry another event id', aim: 'Keep it from being found by its id.' },
    'opening-removed': {
      title: 'Remove what opens a sealed field',
      aim: 'Make a name unreadable without erasing the person.',
    },
    'key-deleted': {
      title: 'Delete the key of a person, and what it opens',
      aim: 'Make somebody anonymous, as if they had been erased.',
    },
    'openings-swapped': { title: 'Swap the sealed names of two entries', aim: 'Blame somebody else.' },
    'tail-cut': {
      title: 'Cut the newest entry, tree and all',
      aim: 'Undo the trace of what was done last.',
    },
    'rolled-back': {
      title: 'Put the whole file of a moment ago back',
      aim: 'Undo all traces since; everything in it is genuine.',
    },
    'tile-edited': { title: 'Edit hashes of the stored tree', aim: 'Make later proofs lead somewhere else.' },
    'tile-root-edited': {
      title: 'Edit an interior hash of the stored tree',
      aim: 'Make the log go on from a false state.',
    },
    'head-forged': { title: 'Forge the stored head', aim: 'Pass off other entries as the whole.' },
    'checkpoint-deleted': { title: 'Delete the signed checkpoint', aim: 'Leave nothing to be held against.' },
    'signed-anew': {
      title: 'Change an entry, rebuild all hashes and sign with a key of one’s own',
      aim: 'The strongest forgery without the key: everything fits but the signature.',
    },
    'replaced-key': {
      title: 'Use a signature of a key that was replaced',
      aim: 'Make use of a stolen key after it was replaced.',
    },
    'handing-over-removed': {
      title: 'Remove the checkpoint by which a key took over',
      aim: 'Cut off whoever only knows the earlier key from checking.',
    },
    'database-replaced': {
      title: 'Put another valid database in its place',
      aim: 'Show a clean log: somebody else’s.',
    },
    'log-deleted': { title: 'Delete the whole log of a tenant', aim: 'Leave nothing of a customer.' },
    'logs-swapped': {
      title: 'Swap the logs of two tenants',
      aim: 'Let one customer have done what another did.',
    },
    'vouching-ended': {
      title: 'End the vouching for a tenant’s log',
      aim: 'Prepare for cutting it later without a trace.',
    },
    'pruned-early': {
      title: 'Prune a tenant’s log before its time',
      aim: 'Be rid of early entries as if they were archived.',
    },
    'witness-planted': { title: 'Plant a witness', aim: 'Have one’s own machine vouch for a false log.' },
    'witness-removed': { title: 'Remove a witness', aim: 'Be rid of whoever knows the true log.' },
    'authority-planted': {
      title: 'Plant a time-stamp authority',
      aim: 'Have stamps of one’s own making count.',
    },
    'timestamp-moved': {
      title: 'Say a time stamp is of a later entry',
      aim: 'Make entries look older than they are.',
    },
    'timestamp-removed': { title: 'Remove a time stamp', aim: 'Be rid of the proof of what was there then.' },
    'retention-put-back': {
      title: 'Put the retention back as it was, with its seal',
      aim: 'Be rid of a legal hold, so that the log itself lets entries go.',
    },
  },
} as const;
