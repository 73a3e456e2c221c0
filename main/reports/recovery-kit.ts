import { toRfc3339 } from '../../shared/clock.ts';
import type { Report } from './report.ts';

export interface RecoveryKitFacts {
  readonly installationId: string;
  /** 11 groups joined by `-`. */
  readonly recoveryKey: string;
  /** By which people tell this recovery key from another. */
  readonly fingerprint: string;
  /** What the audit log is signed with, as a C2SP verifier key. */
  readonly logKey: string;
  /** The folder that was chosen for backups; null for the data folder. */
  readonly target: string | null;
  readonly dataFolder: string;
  readonly secrets: 'keychain' | 'passphrase';
  readonly operator: string;
  /** Version of this program. */
  readonly app: string;
  /** Epoch milliseconds. */
  readonly time: number;
}

/** What brings an installation back when its machine is gone: the key, where the backups are, and what to type. */
export function recoveryKit(facts: RecoveryKitFacts): Report {
  const { installationId, recoveryKey, target } = facts;
  return {
    title: 'Holdfast recovery kit',
    foot: `Recovery kit of installation ${installationId}, key ${facts.fingerprint}`,
    time: facts.time,
    blocks: [
      {
        kind: 'text',
        text: 'With this key and the backups, everything can be brought back, on any machine. Without it and without the machine, nothing can. Whoever has both reads everything.',
        strong: true,
      },
      {
        kind: 'secret',
        groups: recoveryKey.split('-'),
        text: recoveryKey,
        alt: 'The recovery key as a QR code',
      },
      {
        kind: 'facts',
        facts: [
          ['Installation', installationId],
          ['Fingerprint of the key', facts.fingerprint],
          ['Audit log signed by', facts.logKey],
          ['Backups', target ?? `${facts.dataFolder} (on the machine itself)`],
          ['Made', `${toRfc3339(facts.time)} by Holdfast ${facts.app}`],
        ],
      },
      { kind: 'heading', text: 'How to keep it' },
      {
        kind: 'list',
        items: [
          'Print it twice. Keep both away from this machine and from the backups, in two places, such as a safe and a bank.',
          'Then delete this file, and empty the bin. Do not mail it, and keep it in no cloud folder.',
          'Check once a year that both can still be read.',
          ...(target === null
            ? [
                'Backups stand on the machine itself: a lost disk takes them too. Move them to another device, or add a further target.',
              ]
            : ['Copy the backup folder to another place as well. It can be copied while no backup runs.']),
        ],
      },
      { kind: 'blanks', labels: ['Kept where', 'Checked on', 'Name and signature'] },
      { kind: 'heading', text: 'First: the key as a file' },
      {
        kind: 'text',
        text: 'On the new machine, type the first line, then the key with its dashes, Enter, and Ctrl+D. Upper and lower case are the same to Holdfast; restic wants it exactly as printed.',
      },
      { kind: 'commands', lines: keyCommands },
      ...(target === null ? [] : recoverBlocks({ ...facts, target })),
      { kind: 'heading', text: 'With restic and Node.js alone' },
      {
        kind: 'text',
        text: 'The repositories are restic’s. Below the folder named here there is one for each tenant, by its id, and one for the installation itself. Put another name in the place of “installation” for a tenant; put an id of the list in the place of “latest” for an older state, or where the newest is tagged “safety”.',
      },
      { kind: 'commands', lines: resticCommands(facts) },
      {
        kind: 'text',
        text: 'It takes restic 0.14 or newer and Node.js 22.15 or newer. The last line but one checks all data against what was saved, and writes SQLite databases that any SQLite program opens. A tenant’s files lie under “restored/files”, named by their SHA-256.',
      },
      { kind: 'heading', text: 'Afterwards' },
      { kind: 'commands', lines: ['rm key.txt'] },
    ],
  };
}

const keyCommands = ['(umask 077; cat > key.txt)'];

function recoverBlocks({
  target,
  secrets,
  operator,
}: RecoveryKitFacts & { readonly target: string }): Report['blocks'] {
  const how = secrets === 'keychain' ? '' : ` --passphrase-only --operator ${quoted(operator)}`;
  return [
    { kind: 'heading', text: 'With Holdfast: everything, on a new machine' },
    {
      kind: 'text',
      text: `Connect the backups under the same path, or change the path below. The folder “holdfast-data” is made anew.${
        secrets === 'keychain'
          ? ' A machine without a keychain takes --passphrase-only and --operator NAME.'
          : ' It asks for that operator’s passphrase, the one they always had.'
      }`,
    },
    {
      kind: 'commands',
      lines: [
        `TARGET=${quoted(target)}`,
        'holdfast recover --target "$TARGET" --recovery-key-file key.txt \\',
        `  --data holdfast-data${how}`,
      ],
    },
  ];
}

function resticCommands({ target, dataFolder, installationId }: RecoveryKitFacts): string[] {
  return [
    target === null ? `BACKUPS=${quoted(dataFolder)}` : `BACKUPS=${quoted(target)}/${installationId}`,
    'ls "$BACKUPS/repositories"',
    'export RESTIC_PASSWORD_FILE=key.txt',
    'export RESTIC_REPOSITORY="$BACKUPS/repositories/installation"',
    'restic snapshots',
    'restic restore latest --target restored',
    '(cd restored && node replay.mjs ../databases)',
    'ls databases',
  ];
}

/** One word for a POSIX shell. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
