import { HoldfastError } from '../../../shared/errors.ts';
import { decodeBase64, encodeBase64 } from '../base64.ts';
import { hashLength } from '../merkle.ts';

/** What a witness is asked: to cosign a checkpoint, with the proof that it goes on from the one of `old` entries. */
export interface WitnessRequest {
  readonly old: number;
  readonly proof: readonly Uint8Array[];
  /** The signed checkpoint. */
  readonly note: Uint8Array;
}

const mostProofLines = 63;

/** The body of C2SP tlog-witness's `add-checkpoint`: `old <size>`, a hash of the proof a line, an empty line, the checkpoint. */
export function formatWitnessRequest({ old, proof, note }: WitnessRequest): string {
  const lines = [`old ${old}`, ...proof.map(encodeBase64), ''].map((line) => `${line}\n`);
  return `${lines.join('')}${Buffer.from(note).toString('utf8')}`;
}

/** Reads it back. Throws VALIDATION for any other form; the checkpoint is not looked at. */
export function parseWitnessRequest(text: string): WitnessRequest {
  const parting = text.indexOf('\n\n');
  if (parting < 0) throw malformed();
  const [first = '', ...lines] = text.slice(0, parting).split('\n');
  const [, size] = /^old (0|[1-9][0-9]{0,15})$/.exec(first) ?? [];
  const proof = lines.map(decodeBase64).filter((hash) => hash !== undefined && hash.length === hashLength);
  if (size === undefined || proof.length !== lines.length || lines.length > mostProofLines) throw malformed();
  return {
    old: Number(size),
    proof: proof as Uint8Array[],
    note: Buffer.from(text.slice(parting + 2), 'utf8'),
  };
}

function malformed(): HoldfastError {
  return new HoldfastError(
    'VALIDATION',
    'This is not a request for a cosignature. The other installation makes one with `holdfast audit witness request`.',
    { reason: 'witness-request' },
  );
}
