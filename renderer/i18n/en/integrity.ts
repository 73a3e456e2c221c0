/** Whether the log can be relied on, and by whose word. */
export const integrity = {
  title: 'Integrity',
  last: {
    title: 'Last verification',
    text: 'All entries are read again after each start and daily, in the background. What is found stops changes until an owner acknowledges it.',
    never: 'The log has not been verified here yet.',
    time: 'Ended',
    entries: 'Entries',
    problems: 'Problems',
    first: 'First problem',
    acknowledged: 'An owner acknowledged this.',
    now: 'Verify now',
  },
  vouching: {
    title: 'What vouches for the log',
    key: 'Signing key',
    keySince: 'Signs since',
    former: 'Former keys',
    witnesses: 'Witnesses and time stamps',
  },
  checkpoint: {
    title: 'Compare a checkpoint',
    text: 'The signed head of the log from a report, a mail or paper. Kept where nobody here can change it, it shows a log that was set back or written anew.',
    note: 'Checkpoint',
    hint: 'All of it, from the name of the log to the line that begins with a dash.',
    submit: 'Compare',
    sizes: 'It vouches for {size} entries of {log}; here are {present}.',
    missing: 'It vouches for {size} entries of {log}, which is not here.',
    finding: {
      'goes-on': 'The log goes on from it.',
      'other-entries': 'Tampered: the log has other entries than it vouches for.',
      'log-shorter': 'Tampered: the log has fewer entries than it vouches for.',
      'log-missing': 'Tampered: the log that it is of is gone.',
      'not-signed': 'It proves nothing: no key of this installation signed it.',
      pruned: 'It cannot be compared: the entries around its end were pruned.',
    },
  },
} as const;
