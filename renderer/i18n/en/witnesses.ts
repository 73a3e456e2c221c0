/** Other installations that vouch for the log, and those that it vouches for. */
export const witnesses = {
  title: 'Witnesses',
  columns: {
    label: 'Witness',
    added: 'Added',
    entries: 'Entries',
    cosigned: 'Cosigned',
    change: 'Change',
    log: 'Log',
  },
  own: {
    title: 'Who vouches for this log',
    text: 'A witness is another Holdfast, on a machine that is not yours to change. It cosigns the newest checkpoint, and refuses a log that was set back or written anew. Files are carried by hand or mail; nothing is sent.',
    none: 'No witness yet',
    noneText: 'Ask somebody with a Holdfast of their own for their key for cosigning, and add it.',
    add: 'Add a witness…',
    request: 'Ask for a cosignature…',
    take: 'Take a cosigned checkpoint…',
    remove: 'Remove…',
  },
  others: {
    title: 'Logs of others that are witnessed here',
    text: 'Give this key to whoever wants this installation as a witness, on another way than the files.',
    key: 'Key for cosigning',
    cosign: 'Cosign a checkpoint…',
  },
  request: {
    title: 'Ask for a cosignature',
    text: 'The file has the newest checkpoint, and the proof that it goes on from what the witness cosigned last. It tells nothing of the entries.',
    submit: 'Save the request',
    witness: 'Witness',
    since: 'Begin the proof at',
    sinceHint:
      'Only where the witness names a number of entries, because a cosigned checkpoint did not come back.',
  },
  take: {
    title: 'Take a cosigned checkpoint',
    text: 'The file that came back from the witness. It is compared with this log: one that was cut since then is found.',
    submit: 'Take it',
    file: 'Cosigned checkpoint',
  },
  add: {
    title: 'Add a witness',
    text: 'From then on the word of whoever has this key counts. The log says who added it.',
    submit: 'Add witness',
    key: 'Key for cosigning',
    label: 'Called',
    labelHint: 'Stands in the log in clear, for ever: no name of a person.',
  },
  cosign: {
    title: 'Cosign a checkpoint of another installation',
    text: 'It is cosigned where it goes on from the last one that was cosigned here. A log that was set back, or has another history, is refused.',
    submit: 'Cosign and save',
    file: 'Request',
    key: 'Verifier key of that log',
    keyHint: 'The first time, and after its owner has replaced it. Get it on another way than the file.',
  },
  remove: {
    title: 'Remove {label}?',
    text: 'Its word counts no more from now on. It can be added again; what it has cosigned stays stored.',
    submit: 'Remove',
  },
} as const;
