/** What each error code means to its reader: what happened, and what to do next. `reasons` refines by data.reason, `stored` by what cannot be read. */
export const errors = {
  codes: {
    VALIDATION: 'Something in what you entered is not valid. Look at the marked fields.',
    UNAUTHENTICATED: 'The name or the passphrase is wrong.',
    FORBIDDEN: 'Your role does not allow this. Ask an owner, or sign in as someone whose role does.',
    STEP_UP_REQUIRED: 'This needs a fresh proof of your passphrase.',
    APPROVAL_PENDING: 'A second person has to agree first.',
    NOT_FOUND: 'It is not there any more. Somebody may have removed it meanwhile: reload the list.',
    CONFLICT: 'The present state does not allow this. Reload, look at it again, and then decide.',
    QUOTA_EXCEEDED:
      'The limit of {quota} would be passed: {used} of {limit} are used. Free some, or change the tier.',
    TIER_FORBIDS: 'The tier {tier} does not include this. Change the tenant’s tier first.',
    LOCKED: 'Other work holds it now. Wait until that has ended (see Jobs), then try again.',
    INTEGRITY:
      'Stored data is damaged or was changed from outside. Run a verification, and keep the machine as it is.',
    KEYCHAIN_UNAVAILABLE: 'The keychain is locked or does not answer. Unlock it, then try again.',
    STORAGE_FULL: 'There is no space left. Free some; until then only what frees space is allowed.',
    READ_ONLY:
      'The folder cannot be written to. Check its permissions and whether its disk is mounted read-only.',
    UNSUITABLE_FOLDER:
      'This folder is on a network or synced drive, where a database is not safe. Choose a local one.',
    NEWER_FORMAT: 'The data was written by a newer version of Holdfast. Install that version or a later one.',
    AUDIT_UNAVAILABLE:
      'The audit log cannot be written, so this is refused. Look at the dashboard for the cause.',
    CANCELLED: 'It was cancelled.',
    INTERRUPTED: 'Holdfast ended while this was running. Start it again; what had been finished stays.',
    IO: 'The operating system refused ({errno}). Check the disk and the permissions, then try again.',
    UNAVAILABLE: 'This part of Holdfast is not available now. The rest works; the dashboard says why.',
    USAGE: 'This was asked for in a wrong way.',
    INTERNAL:
      'Something unforeseen went wrong. The log of this process has the details under {correlationId}.',
  },
  reasons: {
    'name-taken': 'This name is taken. Choose another.',
    'slug-taken': 'This short name is or was in use; short names are never given twice. Choose another.',
    'name-needed': 'There are several operators: enter your name too.',
    'file-exists': 'There is a file of this name already. Choose another name.',
    'not-a-sample': 'Only a tenant made from sample data can be deleted here.',
    'ambiguous-snapshot': 'Several snapshots begin like that. Give more of the id.',
    'folder-snapshot': 'This is a snapshot of a protected folder. It is restored in the tenant’s folders.',
    'no-restore-left':
      'Nothing is left to do for it: it has succeeded, was resumed or taken back already, or its backup is gone.',
    'point-put-away':
      'What was looked through was put away, since it was not used for a quarter of an hour or others were opened. Open it again.',
    'no-folder': 'There is no such folder. Make it, or connect its disk.',
    'data-folder': 'A copy in the data folder would be lost with it. Choose a folder elsewhere.',
    'first-target': 'Backups are written to this folder already. Choose another.',
    'another-installation': 'The backups of another installation lie in this folder. Choose another.',
    'another-repository':
      'Another repository lies where the copy is to go; nothing was written there. Choose an empty folder.',
    'target-exists': 'There is a backup target of this name or in this place already.',
    'target-away':
      'The backup target cannot be reached. Connect its disk; it is brought up to date after the next backup.',
    'first-target-there':
      'The first target is there, so it is not lost. Move it: every backup is copied then.',
    'first-target-lost':
      'The first target is not there, so nothing can be copied from it. Look again at what that costs, or connect its disk.',
    'no-successor':
      'The first target is not there. Connect its disk; or, if that is lost for good, choose a further folder that has copies: it takes its place.',
    'backup-folder-away':
      'The backup folder of this installation is not there: its disk is not connected, or an empty folder lies in its place. Connect its disk, then try again; nothing was written.',
    'target-unreachable':
      'The server of the backup target cannot be reached. Check the network and that it runs; copying goes on where it was.',
    'target-certificate':
      'The server’s certificate is not trusted. Name the authority’s certificate file in NODE_EXTRA_CA_CERTS and start Holdfast again.',
    'target-credentials': 'The server does not accept these credentials. Correct them and try again.',
    'target-no-credentials':
      'There are no credentials for this target; a recovery brings none back. Enter them with Change.',
    'target-denied':
      'The server does not let these credentials do that. Let them list, read, write and delete there.',
    'target-clock':
      'The clocks of this machine and of the server differ too much, so it refuses every request. Set the clock.',
    'target-region': 'The bucket lies in another region or at another address. Correct the region.',
    'target-bucket': 'There is no such bucket. Make it on the server first, or correct its name.',
    'target-gone':
      'The server answers, but this installation’s place on it is gone. Bring it back, or remove the target and add it again.',
    'host-key-unknown': 'Confirm the host key of the server.',
    'host-key-changed':
      'The server shows another host key than the pinned one: another machine answers, or its key was replaced. Nothing was sent.',
    'private-key': 'This is no private key that can be read. A key with a passphrase needs it.',
    'credentials-kind': 'A target of this kind takes other credentials.',
    held: 'Backups of this are under legal hold. Lift the hold first.',
    'hold-lifted': 'This hold was lifted already.',
    'being-removed': 'This snapshot is being removed; that can no longer be taken back.',
    'clock-went-back':
      'The clock of this machine was set back, so no backup is removed. Set the clock right; the next run goes on.',
    'kept-missing':
      'Snapshots that have to stay are not in the repository, so none is removed. Verify the backups to see which.',
    'below-minimum': 'Fewer snapshots would be left than the policy’s minimum, so none is removed.',
    'link-used-or-expired': 'This link was used already or is too old.',
    'over-limit': 'More is used than the new tier allows. Reduce it first.',
    ended: 'The job has ended already.',
    'still-at-work': 'This job is still at work. Wait for its end, or cancel it.',
    'no-word': 'Give at least one word that has to be there, of letters or digits.',
    'too-many-words': 'Search for at most 12 words.',
    'short-prefix': 'Give at least two letters before a *.',
    'vague-prefix': 'Too many words begin so: give more letters before the *.',
    'too-many': 'You have as many as one can have. Delete one first.',
    'not-cron': 'This is no cron expression: five fields, such as 30 2 * * mon-fri.',
    never: 'These times never come.',
    'too-often': 'This is more often than is allowed.',
    'no-time-left': 'These windows leave no minute of the week.',
    past: 'This time is over already.',
    'too-long': 'A pause lasts at most a year.',
    'no-replication': 'Choose only tenants whose tier has copies on further targets.',
    'not-absolute': 'Enter the whole path, from the root of the disk.',
    'inside-installation': 'Choose a place outside Holdfast’s own data folder.',
    'installation-exists': 'There is an installation in this folder already. Reload the page.',
    'folder-not-empty': 'This folder is not empty. Choose an empty one.',
    'recovery-key-gone': 'The recovery key can no longer be shown. Confirm it by typing it in full.',
    'verifier-key': 'This is no key of the kind that is needed here. It has three parts: name+id+key.',
    'witness-request': 'This file is no request for a cosignature.',
    'not-an-installation-log': "Only checkpoints of other installations' own logs are cosigned.",
    'own-log': 'This checkpoint is of this installation itself. A witness has to be another one.',
    'own-key': 'This is the key of this installation itself. A witness has to be another one.',
    'unknown-log':
      'This log is not known here yet. Get its verifier key from its owner on another way than this file, and enter it below.',
    'key-of-another-log': 'The key that was entered does not belong to this log.',
    'another-key':
      'The checkpoint is not signed by the key that is known. If its owner has replaced it, get the new one on another way than this file.',
    'another-size':
      'The proof of this request begins elsewhere than at what was cosigned last: {size} entries. Ask its owner for a request that begins there.',
    'log-set-back':
      'That log was set back: it has fewer entries than were cosigned here ({size}). Nothing was signed. Tell its owner on another way, and keep the files.',
    'log-forked':
      'That log has another history than the {size} entries that were cosigned here. Nothing was signed. Tell its owner on another way, and keep the files.',
    'own-change': 'You asked for this change yourself: another operator has to approve it.',
    'asker-gone': 'Who asked for this change is no owner any more. Ask for it anew.',
    'account-too-new':
      'The accounts of who asks and of who approves have to be 24 hours old, and the clock must not have been turned since. Try again later.',
    'retention-changed':
      'How long the log is kept, or what holds it, was changed outside Holdfast. Nothing of the log goes until an owner has looked at it and acknowledged it.',
    'retention-acknowledged':
      'What was changed outside Holdfast was acknowledged less than 24 hours ago. Nothing of the log goes until then.',
    'retention-intact': 'Nothing was changed outside Holdfast: there is nothing to acknowledge.',
    'held-meanwhile':
      'The log was put on hold, or is to be kept for longer, while it was archived. Nothing was removed.',
    'witness-exists': 'There is a witness of this name or key already.',
    'which-witness': 'There are several witnesses: choose one.',
    'another-log': "This file is no checkpoint of this installation's present log.",
    'unknown-witness':
      'None of the witnesses that are known here has cosigned it. Add the key of the witness first.',
    'cosigned-otherwise':
      'This log is not the one that was cosigned: it was cut, set back or changed. Keep this file and the folder as they are, and verify the log.',
    'destination-name': 'There is a destination of this name already.',
    'forward-webhook-only': 'A token and a signing secret are for webhooks only.',
    'forward-tls-only': 'Without TLS there are no certificates.',
    'forward-address': 'This is no address of a syslog server or a webhook.',
    certificate: 'This is no certificate in PEM.',
    'client-certificate': 'Certificate and key do not belong together, or the key is under a passphrase.',
    'forward-unreachable':
      'No connection ({detail}). Check the address, the network and that the server runs.',
    'forward-timeout': 'No answer in time.',
    'forward-connection-lost': 'The connection ended in the middle ({detail}).',
    'forward-unconfirmed':
      'The server took the message, but does not close a connection that was ended, so nobody knows what it has read.',
    'forward-untrusted':
      'The server’s certificate is not trusted ({detail}). Give its authority, or pin the certificate.',
    'forward-wrong-certificate':
      'The server shows another certificate than the pinned one: {detail}. Nothing was sent.',
    'forward-tls': 'No encrypted connection comes about ({detail}). It may ask for a client certificate.',
    'forward-secret-missing': 'What signs in to it is not in the keyring. Enter it with Change.',
    'forward-http-status': 'The server answers with {detail}. Check the token and the server’s own log.',
    'forward-redirect':
      'The server answers with {detail} and wants the message elsewhere. Correct the address.',
    'reports-tier':
      'The tier {tier} has no compliance reports. The tiers professional and enterprise have them.',
    'custom-reports-tier':
      'In the tier {tier} reports are standard ones. The tier enterprise chooses controls, notes and a logo.',
    'no-such-control': 'The standard has no such control.',
    'report-ending': 'A report is written as .pdf, .csv, .json, or as a .zip of all three.',
    'report-period': 'A report is of a period. Choose from when to when, or no report.',
    'period-ends-first': 'The period ends before it begins. Choose a later end.',
    'not-a-logo':
      'The logo is no PNG or JPEG that can be printed: 8 bits a sample, not interlaced, not CMYK. Save it anew.',
    'logo-too-large': 'The logo has more than 512 KiB or two million pixels. Make it smaller.',
    'timestamp-certificates': 'This file holds no certificate in PEM form, or more than ten.',
    'timestamp-not-a-ca':
      'A certificate is not one of a certification authority. Pin the CA that issued the time-stamp authority’s certificate.',
    'timestamp-secret-in-address':
      'The address holds a password, and would stand in the log in clear. Enter it below instead.',
    'timestamp-open-line': 'What signs in would be sent unencrypted. Use an https address.',
    'timestamp-unreachable':
      'The time-stamp authority {server} cannot be reached. Check the network and its address; it is tried again after the next sign of life.',
    'timestamp-status':
      'The time-stamp authority {server} answered with HTTP status {status}. Check its address, and what signs in to it.',
    'timestamp-unusable':
      'The answer of the time-stamp authority {server} was not kept: {why}. Check its address and the pinned CA.',
    'not-a-restore': 'Only a restore that has succeeded has a report.',
    'does-not-restore':
      'The backup does not come back whole. Make a full backup now, run a drill of it, and verify the older ones to know which of them still help.',
    'no-space-for-drill':
      'A drill needs twice the size of what it restores or copies, for a while. Free some space on the disk of the data, then run it again.',
    'drill-unsound':
      'The log does not verify as it is, so attacks on a copy of it would show nothing. Verify the log to see what is wrong with it.',
    'no-backups-there':
      'There are no backups of an installation in this folder. Choose the folder above the one that is named by the installation’s id.',
    'no-remote-backups':
      'There are no backups of an installation there. Check the address: it is the one that the target had.',
    'several-installations':
      'Backups of several installations lie here. Move the others away, or copy the wanted one into a folder of its own.',
    'wrong-recovery-key':
      'This recovery key does not open these backups. Use the newest recovery kit of this installation.',
    'recovery-copies':
      'What opens these backups is missing or damaged. Try another copy of the backup folder.',
    'recovery-runs': 'A recovery into this folder is under way. Wait for its end, or cancel it first.',
    'passphrase-needed': 'Enter the passphrase of an operator of this installation.',
    'recovery-key-not-prepared':
      'No new recovery key was prepared, or Holdfast was started anew since. Close this and begin again.',
    'first-target-away':
      'Not every repository of the backup folder can be reached, so the recovery key stays what it is. Connect its disk, then try again.',
    'recovery-key-wrong':
      'That does not match the recovery key. Compare each group with what you wrote down.',
  },
  stored: {
    entry: {
      NOT_FOUND: 'The audit log has no such entry. Look for it in the list.',
    },
    entries: {
      NOT_FOUND: 'The log has no entries in that period. Choose another one.',
    },
    search: {
      INTEGRITY:
        'The index of the audit log is damaged. The log itself is not affected. Restart Holdfast: it makes the index anew.',
    },
    tenant: {
      INTEGRITY:
        'The tenant’s database is damaged. Restore the tenant from a backup; the other tenants are not affected.',
      NOT_FOUND:
        'The tenant’s database is missing. Restore the tenant from a backup; the other tenants are not affected.',
    },
    backups: {
      NOT_FOUND:
        'The backups, or a part of them, are not where they were. Connect their disk or bring their folder back, then try again.',
    },
  },
  connection:
    'The connection to Holdfast was lost. It is being opened again; what was under way may or may not have happened.',
  retryAfter: 'Wait {seconds} s before the next attempt.',
  correlation: 'Reference {correlationId}',
} as const;
