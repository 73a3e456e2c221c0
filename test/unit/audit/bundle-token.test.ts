import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parsePem } from '../../../main/audit/bundle/verifier/certificates.mjs';
import { Tampered, Undecided } from '../../../main/audit/bundle/verifier/findings.mjs';
import { readToken, verifyToken } from '../../../main/audit/bundle/verifier/token.mjs';
import { parseCertificates } from '../../../main/audit/timestamp/certificates.ts';
import { formatQuestion, newNonce, openAnswer } from '../../../main/audit/timestamp/exchange.ts';
import { TimestampAuthority } from '../../doubles/timestamp-authority.ts';

let authority: TimestampAuthority;
let token: Uint8Array;
beforeAll(async () => {
  authority = await TimestampAuthority.open();
  const question = {
    imprint: createHash('sha256').update('what is stamped').digest(),
    nonce: newNonce((length) => crypto.getRandomValues(new Uint8Array(length))),
    policy: null,
  };
  const answer = authority.reply(Buffer.from(formatQuestion(question)));
  token = openAnswer(answer, question, parseCertificates(authority.ca)).token;
});
afterAll(() => authority.close());

const platform = {
  ed25519Verify() {
    throw new Error('nothing here is signed with Ed25519');
  },
};

/** What the bundle's verifiers take from a token; undefined: they refuse it, in one of the two ways that they have. */
async function said(bytes: Uint8Array) {
  try {
    const stamp = readToken(bytes);
    const { imprint, time, accuracy } = stamp;
    const { authority: by, ca } = await verifyToken(stamp, parsePem(authority.ca, 'the CA'), platform);
    return { imprint: Buffer.from(imprint), time, accuracy, by: by.subject, ca: ca.subject };
  } catch (error) {
    if (error instanceof Tampered || error instanceof Undecided) return undefined;
    throw error;
  }
}

test('a token with any byte of it changed, or cut anywhere, says the same or is refused', async () => {
  const sound = await said(token);
  expect(sound).toMatchObject({ accuracy: 1000, by: 'CN=Test TSA sound', ca: 'CN=Test CA' });
  let refused = 0;
  for (const at of token.keys()) {
    const changed = Uint8Array.from(token);
    changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
    const answer = await said(changed);
    if (answer === undefined) refused += 1;
    else expect(answer).toEqual(sound); // what no signature covers, such as a list of algorithms
    expect(await said(token.subarray(0, at))).toBeUndefined();
  }
  expect(refused).toBeGreaterThan(token.length * 0.8);
});
