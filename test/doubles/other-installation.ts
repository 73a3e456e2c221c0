import { randomBytes, randomUUID } from 'node:crypto';
import { formatCheckpoint } from '../../main/audit/checkpoint.ts';
import { logOrigin, signingKeyName } from '../../main/audit/log-name.ts';
import { formatNote, parseNote, signNote } from '../../main/audit/note.ts';
import { formatVerifierKey, noteSigner, noteVerifier } from '../../main/audit/note-key.ts';
import { cosign, formatWitnessKey, witnessName } from '../../main/audit/witness/cosignature.ts';
import { formatWitnessRequest } from '../../main/audit/witness/witness-request.ts';
import { ed25519KeyFromSeed } from '../../main/secrets/ed25519.ts';

/** Another installation, as far as it is seen from here: a log whose first checkpoint it signs, and a witness's key. */
export function otherInstallation() {
  const id = randomUUID();
  const signing = ed25519KeyFromSeed(randomBytes(32));
  const witnessing = ed25519KeyFromSeed(randomBytes(32));
  const keyName = signingKeyName(id, 1, 1);
  const name = witnessName(id, 1);
  const checkpoint = { origin: logOrigin(id, 'installation', 1), size: 7, root: randomBytes(32) };
  const note = formatNote(signNote(formatCheckpoint(checkpoint), [noteSigner(keyName, signing)]));
  return {
    origin: checkpoint.origin,
    key: formatVerifierKey(noteVerifier(keyName, signing.publicKey)),
    request: formatWitnessRequest({ old: 0, proof: [], note }),
    witnessName: name,
    witnessKey: formatWitnessKey(name, witnessing.publicKey),
    /** As a witness that believes everything. */
    cosigned(request: string): string {
      const asked = parseNote(Buffer.from(request.slice(request.indexOf('\n\n') + 2)));
      return Buffer.from(cosign(asked, { name, key: witnessing }, 1_790_000_000)).toString('utf8');
    },
  };
}
