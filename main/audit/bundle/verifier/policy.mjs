// Which keys are trusted and who has to have cosigned (C2SP tlog-policy, tlog-cosignature).
import { utf8 } from './bytes.mjs';
import { CannotRun } from './findings.mjs';
import { parseKey } from './notes.mjs';

/** The witnesses, groups and quorum of a policy, and the keys of logs that it trusts. Throws CannotRun. */
export async function parsePolicy(text, platform) {
  const policy = { keys: [], members: new Map(), quorum: 'none' };
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    const [word, ...rest] = line.split(/\s+/);
    const [name, value, ...more] = rest;
    if (word === 'log' && name !== undefined) policy.keys.push((await parseKey(name, platform)).text);
    else if (word === 'witness' && value !== undefined && !policy.members.has(name)) {
      policy.members.set(name, { key: await parseKey(value, platform) });
    } else if (word === 'group' && more.length > 0 && !policy.members.has(name)) {
      const least = value === 'all' ? more.length : value === 'any' ? 1 : Number(value);
      const known = more.every((member) => policy.members.has(member));
      if (!known || !(Number.isInteger(least) && least >= 1 && least <= more.length)) throw badPolicy(line);
      policy.members.set(name, { least, of: more });
    } else if (word === 'quorum' && rest.length === 1 && (name === 'none' || policy.members.has(name))) {
      policy.quorum = name;
    } else throw badPolicy(line);
  }
  return policy;
}

const badPolicy = (line) => new CannotRun(`This line of the policy is not understood: ${line.slice(0, 200)}`);

/** When a witness cosigned this checkpoint, in seconds; undefined where it did not. */
export async function cosignedAt({ text, signatures }, key, platform) {
  const found = signatures.find((each) => each.name === key.name && each.id === key.id);
  if (found === undefined || key.type !== 4 || found.signature.length !== 72) return undefined;
  const time = found.signature.subarray(0, 8).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  const signed = utf8.encode(`cosignature/v1\ntime ${time}\n${text}`);
  const good = await platform.ed25519Verify(key.publicKey, signed, found.signature.subarray(8));
  return good ? Number(time) : undefined;
}

/** Whether the quorum of a policy is met by those who cosigned. */
export function isMet({ members, quorum }, cosigners) {
  const holds = (name) => {
    const { key, least, of } = members.get(name);
    return key === undefined ? of.filter(holds).length >= least : cosigners.has(name);
  };
  return quorum === 'none' || holds(quorum);
}
