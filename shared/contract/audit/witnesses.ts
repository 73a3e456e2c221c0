import { z } from 'zod';
import { operation } from '../operation.ts';
import { count, displayName, reason, timestamp, wellFormedText } from '../values.ts';
import { ownersChange } from './owners-change.ts';

/** A key in C2SP's form: `name+key id+key`. */
const verifierKey = wellFormedText.trim().min(1).max(400);
/** A file that is carried between two installations: some lines of text. */
const carried = wellFormedText.min(1).max(16_000);

const witness = z.object({
  /** Of its key. */
  name: z.string(),
  /** In C2SP's form. */
  key: z.string(),
  label: z.string(),
  addedAt: timestamp,
  /** How many entries of this installation's log it cosigned last, as far as that came back, and when. */
  size: count,
  time: timestamp.nullable(),
});
export type Witness = z.infer<typeof witness>;

const witnessedLog = z.object({
  logId: z.string(),
  /** What its checkpoints are signed with. */
  key: z.string(),
  size: count,
  time: timestamp,
});
export type WitnessedLog = z.infer<typeof witnessedLog>;

const witnesses = z.object({
  /** What this installation cosigns with: for the owners of other logs. */
  ownKey: z.string(),
  witnesses: z.array(witness),
  /** Logs of others, with the newest state that was cosigned here. */
  witnessed: z.array(witnessedLog),
});
export type Witnesses = z.infer<typeof witnesses>;

const requestFile = z.object({
  /** A request as C2SP's tlog-witness has it. */
  request: z.string(),
  logId: z.string(),
  size: count,
  /** Where the proof begins: what the witness has cosigned. */
  old: count,
});
export type WitnessRequestFile = z.infer<typeof requestFile>;

const cosignedForOther = z.object({
  /** The checkpoint with this installation's cosignature. */
  note: z.string(),
  logId: z.string(),
  size: count,
  time: timestamp,
});
export type CosignedForOther = z.infer<typeof cosignedForOther>;

const takenCosignature = z.object({
  logId: z.string(),
  size: count,
  witnesses: z.array(z.object({ label: z.string(), time: timestamp })),
});
export type TakenCosignature = z.infer<typeof takenCosignature>;

/** Other installations that vouch for this one's log, and those that it vouches for; files are carried between them. */
export const witnessOperations = {
  listWitnesses: operation({ permission: 'audit:read' }).input(z.object({})).output(witnesses),
  /** From now on the word of whoever has this key counts. The label is in the log in clear. */
  addWitness: operation({ ...ownersChange, action: 'audit.witness.add' })
    .input(z.object({ key: verifierKey, label: displayName.optional() }))
    .output(witness),
  /** Its word counts no more; `witness`: its name or label. */
  removeWitness: operation({ ...ownersChange, action: 'audit.witness.remove' })
    .input(z.object({ witness: wellFormedText.min(1).max(400), reason }))
    .output(z.object({})),
  /** The newest checkpoint, and the proof that it goes on from the one of `since` entries. */
  requestCosignature: operation({
    permission: 'audit:read',
    action: 'audit.witness.request',
    audited: 'read',
  })
    .input(z.object({ witness: wellFormedText.min(1).max(400).optional(), since: count.optional() }))
    .output(requestFile),
  /** As a witness: signs another installation's checkpoint where it goes on from the last one. */
  cosignCheckpoint: operation({ ...ownersChange, action: 'audit.witness.cosign', limitsHarm: true })
    .input(z.object({ request: carried, key: verifierKey.optional() }))
    .output(cosignedForOther),
  /** Takes a cosigned checkpoint back. */
  takeCosignature: operation({
    permission: 'audit:write',
    action: 'audit.witness.take',
    severity: 'warning',
    limitsHarm: true,
  })
    .input(z.object({ note: carried }))
    .output(takenCosignature),
};
