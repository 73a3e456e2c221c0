import type { AlertRuleId } from './alert-rules.ts';

interface AlertWords {
  readonly title: string;
  /** Why it may matter. */
  readonly meaning: string;
  readonly advice: string;
}

/** What each rule says to people. */
export const alertWords = {
  'sign-in-failures': {
    title: 'Somebody keeps failing to sign in',
    meaning:
      'The passphrase of one operator was wrong again and again. Either that person forgot it, or somebody else is guessing.',
    advice:
      'Ask the operator whether it was them. If it was not, disable them until it is known who was there.',
  },
  'sign-in-failures-overall': {
    title: 'Sign-ins fail in great number',
    meaning:
      'Many sign-ins failed within a short time, of one operator or of several. That is how guessing looks.',
    advice: 'See in the log which names were tried, find out who can reach this machine, and shut that way.',
  },
  'operator-added': {
    title: 'An operator was added',
    meaning: 'Somebody new may sign in here. A break-in is often kept open in just this way.',
    advice: 'Make sure that whoever added the operator meant to, and that the role is no higher than needed.',
  },
  'owner-added': {
    title: 'An owner was added',
    meaning: 'Somebody new may do everything here, also to the log, the recovery key and the other owners.',
    advice:
      'Confirm it with the other owners on another way than this machine. Disable the new owner until that is done.',
  },
  'operator-disabled': {
    title: 'An operator was disabled',
    meaning: 'Somebody was shut out. Where nobody wanted that, somebody is clearing the way.',
    advice: 'Make sure that it was wanted, and that an owner is left who can be reached.',
  },
  'operator-enabled': {
    title: 'An operator was enabled again',
    meaning:
      'Somebody who was shut out may sign in again, under a passphrase that whoever enabled them has set.',
    advice: 'Make sure that it was wanted, and that the operator has chosen a passphrase of their own since.',
  },
  'owner-enabled': {
    title: 'An owner was enabled again',
    meaning:
      'Somebody who was shut out may do everything here again, under a passphrase that whoever enabled them has set.',
    advice:
      'Confirm it with the other owners on another way than this machine. Disable the owner until that is done, and have them choose a passphrase of their own then.',
  },
  'passphrase-reset': {
    title: 'An operator’s passphrase was set by another one',
    meaning: 'Whoever set it can sign in as that operator, and their sessions have ended.',
    advice:
      'Ask the operator on another way than this machine whether they wanted it. They should choose a passphrase of their own.',
  },
  'owner-passphrase-reset': {
    title: 'An owner’s passphrase was set by another one',
    meaning: 'Whoever set it can sign in as that owner and do everything here. Their sessions have ended.',
    advice:
      'Ask the owner on another way than this machine whether they wanted it. If they did not, disable them and whoever set it.',
  },
  'operator-tampered': {
    title: 'An operator was changed outside Holdfast',
    meaning:
      'A row that decides who may do what is not as Holdfast wrote it: another program wrote to the database.',
    advice:
      'Find out who can write to the data folder. Verify the log, and add the operator anew; the changed one is refused.',
  },
  'key-of-all-scopes': {
    title: 'An API key without scopes of its own was created',
    meaning: 'The key may do all that its user or bot may do, so whoever finds it may as well.',
    advice: 'Give the service a key with the scopes it needs, and revoke this one.',
  },
  'mass-export': {
    title: 'Much was exported by one person',
    meaning: 'One person exported documents or the log several times in an hour. Data leaves in this way.',
    advice: 'Ask what the exports were for and where the files are. If nobody knows, disable the operator.',
  },
  'mass-file-reading': {
    title: 'Many files were read by one person',
    meaning: 'One person fetched far more files within an hour than people look at.',
    advice: 'Ask what they were for. If nobody knows, disable the operator.',
  },
  'retention-lowered': {
    title: 'Backups are kept for less long',
    meaning: 'A retention policy was changed so that snapshots go which were kept until then.',
    advice:
      'Make sure that it was wanted. The snapshots go with the next run of the policy: set it back before then.',
  },
  'log-retention-asked': {
    title: 'A log is to be kept for less long',
    meaning:
      'An owner asked for fewer days. Another one has to approve it; where there is no other, it holds after 24 hours.',
    advice:
      'Make sure that it is wanted. While it waits, it can be cancelled on the page Retention of the audit log.',
  },
  'log-retention-tampered': {
    title: 'The retention of the log was changed outside Holdfast',
    meaning:
      'Days, legal holds, waiting changes or the folder for archives are not as Holdfast wrote them: another program wrote to the database. Nothing of the log goes.',
    advice:
      'Find out who can write to the data folder. Compare days and holds with the entries of the log; then an owner acknowledges them and sets right what is wrong.',
  },
  'log-retention-acknowledged': {
    title: 'A changed retention of the log was acknowledged',
    meaning: 'Days and holds that another program changed count from now on. Nothing goes for 24 hours.',
    advice: 'Read the reason in the entry, and see within this day whether days and holds are right.',
  },
  'backup-forgotten': {
    title: 'A snapshot is to be removed by hand',
    meaning: 'Somebody asked for a backup to go, apart from any policy. Ransom begins with the backups.',
    advice: 'Make sure that it was wanted. Until the snapshot is removed, its mark can be taken back.',
  },
  'hold-lifted': {
    title: 'A legal hold was lifted',
    meaning: 'What had to be kept whatever the policy says may be removed from now on.',
    advice: 'Make sure that whoever ordered the hold agreed. Place it again if not.',
  },
  'target-added': {
    title: 'A further target for backups was added',
    meaning:
      'Copies of the backups go to another place. They are sealed, but whoever has the recovery key can read them there.',
    advice: 'Make sure that you know whose place it is.',
  },
  'target-removed': {
    title: 'A backup target was removed',
    meaning: 'No more copies are made there: a fault of what is left may cost all backups.',
    advice: 'Make sure that it was wanted, and that at least one copy on another machine or disk is left.',
  },
  'folder-unprotected': {
    title: 'A folder is no longer protected',
    meaning: 'What changes in that folder from now on is in no backup.',
    advice: 'Make sure that it was wanted, or protect the folder again.',
  },
  'tenant-erased': {
    title: 'A tenant was erased',
    meaning: 'All data of a tenant, and its backups as far as they can be reached, are gone for good.',
    advice: 'Compare it with the order that it was done on, and keep the certificate with that.',
  },
  'sample-deleted': {
    title: 'Sample data was removed',
    meaning: 'A tenant of sample data is gone. No data of anybody is lost by that.',
    advice: 'Nothing, if it was you. It is told because it is a removal all the same.',
  },
  'set-back': {
    title: 'The installation’s own data were set back',
    meaning:
      'Operators, keys, tenants’ tiers and schedules are those of an earlier moment, and who came since has no access.',
    advice:
      'Make sure that the owner who asked for it meant to. Under Backups, Restores it can be taken back; give access again under Access.',
  },
  'recovery-key-replaced': {
    title: 'The recovery key was replaced',
    meaning: 'The recovery kit on paper opens the backups no more: only the new key does.',
    advice:
      'Make sure that the owners have the new kit, and destroy the former one. If nobody did this, find out who has the new key at once.',
  },
  'signing-key-replaced': {
    title: 'The key of the log was replaced out of turn',
    meaning: 'Somebody let a new key sign the log before it was due. Both keys signed the handing over.',
    advice: 'Make sure that it was wanted, and give the new key to those who check the log elsewhere.',
  },
  'log-contradicted': {
    title: 'The audit log does not verify',
    meaning:
      'Entries are missing, were changed, or an older log was put back, or its anchor was deleted. Changes wait until an owner acknowledges it.',
    advice:
      'Stop working here and keep a copy of the folder. Verify the log to see where it was changed; then an owner acknowledges its state.',
  },
  'log-acknowledged': {
    title: 'A log that did not fit its anchor was taken over',
    meaning: 'The log had been cut, changed or replaced by an older one, and an owner took it from there.',
    advice:
      'Read the reason in the entry. Compare with a witness or an export what is missing, and keep a copy of the folder.',
  },
  'witness-added': {
    title: 'A witness was added',
    meaning:
      'Its word counts from now on. Whoever adds one of their own can let it vouch for a log that they changed.',
    advice: 'Make sure that you know whose installation it is, and that its key is theirs.',
  },
  'witness-removed': {
    title: 'A witness was removed',
    meaning: 'Its word counts no more, so less outside this machine vouches for the log.',
    advice: 'Make sure that it was wanted, and that another witness is left.',
  },
  'forwarding-changed': {
    title: 'Where the log is forwarded to was changed',
    meaning:
      'A destination was added, changed, paused or removed, or entries that it had refused were dropped. Whoever wants to do something unseen elsewhere begins with this.',
    advice:
      'See in the entry which destination it is, and ask whoever watches over the log there whether they know of it.',
  },
  'timestamps-changed': {
    title: 'Who stamps the log was changed',
    meaning: 'The head of the log is stamped by another authority from now on, or by none.',
    advice:
      'Make sure that it was wanted, and that the CA in the entry is that of an authority which you trust.',
  },
  'archive-moved': {
    title: 'Where the log is archived was changed',
    meaning: 'What is pruned from the log goes to another folder, or pruning has ended.',
    advice: 'Make sure that it was wanted. What was archived before stays where it is: keep it.',
  },
  'event-refused': {
    title: 'An event that Holdfast did not write waited for the log',
    meaning:
      'Something was put into a database where events wait. It was not logged; another program wrote it there.',
    advice: 'Find out who can write to the data folder, and verify the log.',
  },
  'log-silent': {
    title: 'The log was silent while Holdfast ran',
    meaning:
      'Signs of life that are due every quarter of an hour are missing: the program was stopped and went on, or entries were left out.',
    advice:
      'Find out what the machine did at that time. A virtual machine that was paused looks like this as well.',
  },
  'intent-without-outcome': {
    title: 'A critical operation never told how it ended',
    meaning:
      'The log has what somebody set out to do, and a quarter of an hour later no word of how it ended, though nothing is at work on it: the program was killed in it, or the entry was kept from the log.',
    advice:
      'See what the operation did, by its entry and by what it was about, and repeat or undo it. Find out why the program ended.',
  },
  'clock-turned': {
    title: 'The clock of the machine was turned',
    meaning:
      'Times in the log around this entry are not what they seem. A turned clock also makes snapshots look old enough to go.',
    advice: 'Find out who turned it, and see that the machine takes its time from a source you trust.',
  },
  'rule-muted': {
    title: 'Alerts were muted',
    meaning: 'A rule raises no alerts for some time, everywhere or for one tenant.',
    advice: 'Read the reason in the entry, and unmute the rule if it is not good enough.',
  },
  'breach-recorded': {
    title: 'A breach of personal data was recorded',
    meaning:
      'From when somebody knew of it there are 72 hours to tell the authority, unless a risk to people is unlikely.',
    advice: 'See under Audit log > Breaches what is known and what is missing, and who sees to it.',
  },
  'breach-overdue': {
    title: 'The 72 hours of a breach are over',
    meaning:
      'No notice to the authority was recorded within the time of GDPR 33, nor a decision that none is needed.',
    advice: 'Tell the authority now and say why it is late, then record the notice.',
  },
  'breach-not-told': {
    title: 'It was decided not to tell of a breach',
    meaning:
      'The authority, or the people concerned, are not told of a breach. Whoever wants to hide one does just this.',
    advice: 'Read the reason in the record, and make sure that whoever answers for data protection agrees.',
  },
  'breach-due-moved': {
    title: 'A breach may be told of later than before',
    meaning:
      'Its record was changed: it says that somebody knew of the breach later, and the 72 hours end later by as much.',
    advice: 'Read the reason in the history of the record, and compare it with the first signs in the log.',
  },
  refusals: {
    title: 'Somebody keeps trying what they may not do',
    meaning: 'One operator was refused many times within minutes because of their role.',
    advice:
      'Ask what they are trying to do. It may be a script with the wrong account, or an account in the wrong hands.',
  },
  'failures-overall': {
    title: 'Much fails',
    meaning: 'Many operations failed within an hour. Something is broken, or somebody is trying things out.',
    advice: 'See in the log which operations fail and why; jobs and the inbox say more.',
  },
  'unusual-actor': {
    title: 'Somebody did something unusual',
    meaning:
      'Statistics of the weeks before find several things unusual about what one person or service did: new to them, rare here, at another hour, much more, or refused more often. That need not be wrong.',
    advice:
      'Read what contributes, and ask whoever it was on another way than this machine. If nobody knows of it, disable them until it is known who was there.',
  },
  'unusual-log': {
    title: 'More happened or failed than usual',
    meaning:
      'In one hour the log grew, or what it tells of failed, far beyond what the same hours of the weeks before would let one expect.',
    advice:
      'See in the log what the entries of that hour have in common. An outage looks like this, and so does an attack.',
  },
} as const satisfies Record<AlertRuleId, AlertWords>;
