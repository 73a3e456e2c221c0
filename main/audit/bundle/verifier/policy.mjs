// Which keys are trusted and who has to have cosigned (C2SP tlog-policy, tlog-cosignature).
import { utf8 } from './bytes.mjs';
import { CannotRun } from './findings.mjs';
import { parseKey } from './notes.mjs';

/** The witnesses, groups and quorum of a policy, and the keys of logs that it trusts. Throws CannotRun. */
export async function parsePolicy(text, platform) {
  const policy = { keys: [], members: new Map(), quorum: undefined };
  const grouped = new Set();
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    const [word, ...rest] = line.split(/\s+/);
    const [name, value, ...more] = rest;
    if (word === 'log' && name !== undefined) policy.keys.push((await parseKey(name, platform)).text);
    else if (word === 'witness' && value !== undefined && isFree(policy, name)) {
      const key = await parseKey(value, platform);
      // one witness under two names would count twice
      if ([...policy.members.values()].some((member) => member.key?.text === key.text)) throw badPolicy(line);
      policy.members.set(name, { key });
    } else if (word === 'group' && more.length > 0 && isFree(policy, name)) {
      const least = value === 'all' ? more.length : value === 'any' ? 1 : Number(value);
      for (const member of more) {
        if (!policy.members.has(member) || grouped.has(member)) throw badPolicy(line);
        grouped.add(member);
      }
      if (!(Number.isInteger(least) && least >= 1 && least <= more.length)) throw badPolicy(line);
      policy.members.set(name, { least, of: more });
    } else if (word === 'quorum' && rest.length === 1 && policy.quorum === undefined) {
      if (name !== 'none' && !policy.members.has(name)) throw badPolicy(line);
      policy.quorum = name;
    } else throw badPolicy(line);
  }
  if (policy.quorum === undefined && policy.members.size > 0)
    throw new CannotRun(
      'The policy names witnesses, but no line `quorum` says who of them has to have signed.',
    );
  return { ...policy, quorum: policy.quorum ?? 'none' };
}

const isFree = ({ members }, name) => name !== 'none' && !members.has(name);

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
