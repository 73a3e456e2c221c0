// Which keys are trusted and who has to have cosigned (C2SP tlog-policy, tlog-cosignature).
import { utf8 } from './bytes.mjs';
import { CannotRun } from './findings.mjs';
import { parseKey, parseNote } from './notes.mjs';

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

/** Whether the witnesses that the policy demands have cosigned a checkpoint. */
export async function isWitnessed(note, { members, quorum }, platform) {
  if (quorum === 'none') return true;
  const { text, signatures } = parseNote(note, 'The checkpoint');
  const holds = async (name) => {
    const { key, least, of } = members.get(name);
    if (key === undefined) {
      const met = [];
      for (const member of of) if (await holds(member)) met.push(member);
      return met.length >= least;
    }
    const found = signatures.find((each) => each.name === key.name && each.id === key.id);
    if (found === undefined || key.type !== 4 || found.signature.length !== 72) return false;
    const time = found.signature.subarray(0, 8).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
    const signed = utf8.encode(`cosignature/v1\ntime ${time}\n${text}`);
    return await platform.ed25519Verify(key.publicKey, signed, found.signature.subarray(8));
  };
  return await holds(quorum);
}
