/** Setting a passphrase anew, one's own or another operator's. */
export const setPassphrase = {
  passphrase: 'New passphrase',
  again: 'The passphrase again',
  differ: 'The two differ.',
  own: 'Change passphrase…',
  ownTitle: 'Change your passphrase',
  ownSubmit: 'Change passphrase',
  ownHint: 'At least 12 characters.',
  ownText:
    'From now on you sign in with the new one. You stay signed in here, and are signed out everywhere else.',
} as const;
