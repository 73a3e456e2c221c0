// Every way in which a bundle may be tampered with, for each verifier.
import { encodeEntryBundle, parseEntryBundle } from '../../../main/audit/entry-bundle.ts';
import { formatNote, parseNote, signNote } from '../../../main/audit/note.ts';
import { formatVerifierKey, noteSigner, noteVerifier } from '../../../main/audit/note-key.ts';
import { ed25519KeyFromSeed } from '../../../main/secrets/ed25519.ts';
import { changed, type Files, filesOf, renamed, zipped } from '../../doubles/bundle-files.ts';

/** Bundles that the command line wrote. */
export interface Material {
  /** The installation's log, after its key was replaced, with openings. */
  readonly whole: Buffer;
  /** The same log, before. */
  readonly earlier: Buffer;
  /** With a report on SOC 2, of the installation and of a tenant. */
  readonly reported: Buffer;
  readonly north: Buffer;
  readonly south: Buffer;
  /** Another installation's log. */
  readonly other: Buffer;
}

export interface Mutation {
  readonly make: (material: Material) => Promise<Buffer>;
  /** What one of the problems says. */
  readonly says: RegExp;
  /** The first bad entry. */
  readonly index?: number;
}

const none = Buffer.alloc(0);
const isEntries = (name: string) => name.startsWith('tile/entries/');

const entriesName = (files: Files) => [...files.keys()].find(isEntries) ?? '';

const edited = (edit: (files: Files) => void) => ({
  make: ({ whole }: Material) => changed(whole, edit),
});

const records = (edit: (all: Uint8Array[]) => void) =>
  edited((files) => {
    const name = entriesName(files);
    const all = parseEntryBundle(files.get(name) ?? none, Number(name.slice(name.lastIndexOf('/') + 1)));
    edit(all);
    files.set(name, Buffer.from(encodeEntryBundle(all)));
  });

function replace(files: Files, name: string, from: string | RegExp, to: string): void {
  const before = files.get(name)?.toString('utf8') ?? '';
  const after = before.replace(from, to);
  if (after === before) throw new Error(`${name} has no ${from}`);
  files.set(name, Buffer.from(after));
}
const replaced = (name: string, from: string | RegExp, to: string) =>
  edited((files) => replace(files, name, from, to));

/** Files of one bundle under the names, keys and manifest of another. */
async function grafted(to: Buffer, from: Buffer, which: (name: string) => boolean): Promise<Buffer> {
  const graft = filesOf(from);
  const last = ['manifest.json', 'manifest.note', 'seal.json', 'trailer.json'];
  return await changed(to, (files) => {
    const tail = last.map((name) => [name, files.get(name) ?? none] as const);
    for (const name of [...files.keys()]) if (which(name) || last.includes(name)) files.delete(name);
    for (const [name, content] of graft) if (which(name)) files.set(name, content);
    for (const [name, content] of tail) files.set(name, content);
  });
}

const isOfLog = (name: string) => /^(tile|checkpoints|events|openings)/.test(name);

/** Whatever is signed is signed anew by a key of the same name. */
function signedAnew(files: Files): void {
  const forger = ed25519KeyFromSeed(new Uint8Array(32).fill(9));
  const name = parseNote(files.get('manifest.note') ?? none).signatures[0]?.name ?? '';
  const signer = noteSigner(name, forger);
  const present = formatVerifierKey(noteVerifier(name, forger.publicKey));
  const anew = (note: Uint8Array) => Buffer.from(formatNote(signNote(parseNote(note).text, [signer])));
  files.set('keys.json', Buffer.from(JSON.stringify({ handedOver: [], present })));
  for (const note of ['manifest.note', 'checkpoints/last.note'])
    files.set(note, anew(files.get(note) ?? none));
  const seal = JSON.parse(String(files.get('seal.json')));
  seal.checkpoint = anew(Buffer.from(seal.checkpoint)).toString('utf8');
  files.set('seal.json', Buffer.from(JSON.stringify(seal)));
}

function swap<Value>(all: Value[], one: number, other: number): void {
  const [first, second] = [all[one], all[other]];
  if (first === undefined || second === undefined) throw new Error('there are not so many');
  [all[one], all[other]] = [second, first];
}

/** Two records exchange what they say, each at its own place. */
function swapPayload(all: Uint8Array[]): void {
  const [one, other] = [3, 4].map((index) => JSON.parse(Buffer.from(all[index] ?? none).toString('utf8')));
  all[3] = Buffer.from(JSON.stringify({ ...other, i: 3, id: one.id }));
  all[4] = Buffer.from(JSON.stringify({ ...one, i: 4, id: other.id }));
}

/** Two disclosed fields exchange their values. */
function swapOpenings(files: Files): void {
  const lines = String(files.get('openings.jsonl')).trimEnd().split('\n');
  const [one, other] = [lines[0], lines.at(-1)].map((line) => JSON.parse(line ?? ''));
  lines[0] = JSON.stringify({ ...one, r: other.r, v: other.v });
  files.set('openings.jsonl', Buffer.from(`${lines.join('\n')}\n`));
}

function* zeros(megabytes: number) {
  for (let at = 0; at < megabytes; at += 1) yield new Uint8Array(2 ** 20);
}

/** A file of the bundle becomes many zeros. */
const blownUp = (name: string, megabytes: number) => ({
  make: async ({ whole }: Material) =>
    await zipped(
      [...filesOf(whole)].map(
        ([each, content]) => [each, each === name ? zeros(megabytes) : content] as const,
      ),
    ),
});

/** As above, where the headers claim the size that the file had. */
const blownUpUnseen = (name: string) => ({
  async make(material: Material): Promise<Buffer> {
    const size = filesOf(material.whole).get(name)?.length ?? 0;
    const [from, to] = [Buffer.alloc(4), Buffer.alloc(4)];
    from.writeUInt32LE(20 * 2 ** 20);
    to.writeUInt32LE(size);
    return renamed(await blownUp(name, 20).make(material), from.toString('latin1'), to.toString('latin1'));
  },
});

const named = (name: string) => ({
  make: async ({ whole }: Material) =>
    renamed(
      await changed(whole, (files) => files.set('x'.repeat(name.length), none)),
      'x'.repeat(name.length),
      name,
    ),
});

/** Where the list of files begins. */
const listOf = (zip: Buffer) => zip.readUInt32LE(zip.length - 6);

const cut = (at: (zip: Buffer) => number) => ({
  make: async ({ whole }: Material) => whole.subarray(0, at(whole)),
  says: /not a whole bundle/,
});

interface Evidence {
  kind: string;
  count: number;
  entries: number[];
  found: boolean;
  query: Record<string, unknown>;
}
interface Controls {
  from: number;
  standards: {
    chosen?: string[];
    controls: { status: string; evidence: Evidence[] }[];
    notes?: unknown;
  }[];
}

/** What a report's controls say is another thing. */
const controlsOf = (edit: (controls: Controls) => void, of: 'reported' | 'north' = 'reported') => ({
  make: (material: Material) =>
    changed(material[of], (files) => {
      const controls: Controls = JSON.parse(String(files.get('controls.json')));
      edit(controls);
      files.set('controls.json', Buffer.from(JSON.stringify(controls)));
    }),
});

/** The first evidence of a report that names entries. */
function counted({ standards }: Controls): Evidence {
  const all = standards.flatMap(({ controls }) => controls.flatMap(({ evidence }) => evidence));
  const found = all.find(({ kind, entries }) => kind === 'entries' && entries.length > 0);
  if (found === undefined) throw new Error('no control names an entry');
  return found;
}

function changeStatus({ standards }: Controls, to: string): void {
  const control = standards[0]?.controls.find(({ status }) => status === 'no-evidence-found');
  if (control === undefined) throw new Error('every control has evidence');
  control.status = to;
}

const otherForm = /controls.json has another form than in any bundle/;

const logged = /is not the one that was logged/;
const listed = /is not the file that the manifest lists/;
const badName = /a name that no bundle has/;

/** What the seal says is another thing than in any bundle. */
const sealOf = (part: Readonly<Record<string, unknown>>) => ({
  ...edited((files) => {
    const seal = JSON.parse(String(files.get('seal.json')));
    files.set('seal.json', Buffer.from(JSON.stringify({ ...seal, ...part })));
  }),
  says: /another seal.json/,
});

/** A disclosed value that no program can follow by calling itself. */
function nestDeeply(files: Files): void {
  const [first = '', ...more] = String(files.get('openings.jsonl')).split('\n');
  const deep = first.replace(/"v":.*\}$/, `"v":${'['.repeat(200_000)}${']'.repeat(200_000)}}`);
  files.set('openings.jsonl', Buffer.from([deep, ...more].join('\n')));
}

export const mutations: Readonly<Record<string, Mutation>> = {
  'an entry edited': {
    ...records(
      (all) => (all[2] = Buffer.from(String(Buffer.from(all[2] ?? none)).replace('"i":2', '"i": 2'))),
    ),
    says: logged,
    index: 2,
  },
  'an entry deleted': { ...records((all) => all.splice(5, 1)), says: logged, index: 5 },
  'an entry inserted': { ...records((all) => all.splice(5, 0, all[2] ?? none)), says: logged, index: 5 },
  'two entries in another order': { ...records((all) => swap(all, 6, 7)), says: logged, index: 6 },
  'the newest entries cut off': { ...records((all) => all.splice(-2)), says: /and those after it/ },
  'payload swapped between records': { ...records(swapPayload), says: logged, index: 3 },
  'values swapped between disclosed fields': { ...edited(swapOpenings), says: /what it was not/ },
  'a disclosed field edited': {
    ...replaced('openings.jsonl', 'Ada Obi', 'Eve Obi'),
    says: /what it was not/,
  },
  'an event edited': { ...replaced('events.jsonl', 'audit.key.rotate', 'audit.key.create'), says: listed },
  'a conversion edited': { ...replaced('events.csv', 'audit.key.rotate', 'audit.key.create'), says: listed },
  'a count of a control changed': {
    ...controlsOf((controls) => (counted(controls).count += 1)),
    says: /The control soc2 \S+ says of “.+” \d+ entries; \d+ are here/,
  },
  'an entry of a control left out': {
    ...controlsOf((controls) => counted(controls).entries.pop()),
    says: /The control soc2 \S+ says of “.+” other entries than there are/,
  },
  'the status of a control changed': {
    ...controlsOf((controls) => changeStatus(controls, 'evidence-for')),
    says: /The control soc2 \S+ has the status evidence-for, but what it rests on leads to no-evidence-found/,
  },
  'a chosen control left out of its report': {
    ...controlsOf(({ standards }) => standards[0]?.controls.pop(), 'north'),
    says: /controls.json has other controls of soc2 than it says were chosen/,
  },
  'no control chosen': {
    ...controlsOf(({ standards }) => {
      for (const each of standards) [each.controls, each.chosen] = [[], []];
    }, 'north'),
    says: /controls.json has other controls of soc2 than it says were chosen/,
  },
  'notes that are no text': {
    ...controlsOf(({ standards }) => {
      for (const each of standards) each.notes = ['ours'];
    }, 'north'),
    says: otherForm,
  },
  'a report exchanged': {
    make: ({ reported, north }) => grafted(reported, north, (name) => name === 'report-soc2.pdf'),
    says: /report-soc2.pdf is not the file that the manifest lists/,
  },
  'the controls of another period': {
    ...controlsOf((controls) => (controls.from -= 1)),
    says: /controls.json is of another log, range or period/,
  },
  'the controls of another log': {
    make: ({ reported, north }) => grafted(reported, north, (name) => name === 'controls.json'),
    says: /controls.json is of another log, range or period/,
  },
  'a query of another form': {
    ...controlsOf((controls) => (counted(controls).query.outcome = { not: 'failure' })),
    says: otherForm,
  },
  'a query that asks for more': {
    ...controlsOf((controls) => (counted(controls).query.actor = 'Ada')),
    says: otherForm,
  },
  'a status that no report has': { ...controlsOf((controls) => changeStatus(controls, '')), says: otherForm },
  'controls that are a number': {
    make: ({ reported }) => changed(reported, (files) => files.set('controls.json', Buffer.from('5'))),
    says: otherForm,
  },
  'the populations deleted': {
    make: ({ reported }) => changed(reported, (files) => files.delete('populations.json')),
    says: /populations.json is missing/,
  },
  'the log rolled back': {
    make: ({ whole, earlier }) => grafted(whole, earlier, isOfLog),
    says: /is missing|of another size/,
  },
  'the newest checkpoint of an earlier log': {
    make: ({ whole, earlier }) => grafted(whole, earlier, (name) => name === 'checkpoints/last.note'),
    says: /not signed by|of another size/,
  },
  "another installation's database": {
    make: ({ whole, other }) => grafted(whole, other, isOfLog),
    says: /checkpoints\/last.note is not signed by/,
  },
  "another tenant's log": {
    make: ({ north, south }) => grafted(north, south, isOfLog),
    says: /of another log/,
  },
  'signed anew by another key': { ...edited(signedAnew), says: /another key than the one that was given/ },
  'the keys of the time before': {
    make: ({ whole, earlier }) => grafted(whole, earlier, (name) => name === 'keys.json'),
    says: /not signed by/,
  },
  'the handing over left out': {
    ...replaced('keys.json', /"handedOver":\[.*\],"present"/, '"handedOver":[],"present"'),
    says: listed,
  },
  'a checkpoint deleted': {
    ...edited((files) => files.delete('checkpoints/last.note')),
    says: /last.note is missing/,
  },
  'the manifest forged': {
    ...replaced('manifest.json', '"from":null', '"from":1'),
    says: /not the one that was signed/,
  },
  'the manifest deleted': { ...edited((files) => files.delete('manifest.json')), says: /is missing/ },
  "the manifest's signature deleted": {
    ...edited((files) => files.delete('manifest.note')),
    says: /manifest.note is missing/,
  },
  'the keys deleted': { ...edited((files) => files.delete('keys.json')), says: /keys.json is missing/ },
  'the seal deleted': { ...edited((files) => files.delete('seal.json')), says: /seal.json is missing/ },
  'a seal without its entry': sealOf({ leaf: null }),
  'a seal whose entry is a text': sealOf({ leaf: 'leaf' }),
  'a seal that tells of no pruning': sealOf({ pruned: null }),
  'a seal with no cosigned checkpoint among them': sealOf({ cosigned: [null] }),
  'a seal with no time stamp among them': sealOf({ timestamped: [null] }),
  'a seal whose checkpoints are a number': sealOf({ cosigned: 5, timestamped: 5 }),
  'a disclosed field that is nested without end': { ...edited(nestDeeply), says: /nested deeper/ },
  'the trailer deleted': { ...edited((files) => files.delete('trailer.json')), says: /bundle is not whole/ },
  'a listed file deleted': {
    ...edited((files) => files.delete('events.csv')),
    says: /events.csv is missing/,
  },
  'a file added': {
    ...edited((files) => files.set('tile/entries/999', none)),
    says: /in the file but not in the manifest/,
  },
  'a zip bomb': { ...blownUp('events.csv', 20), says: /longer than the manifest says/ },
  'a zip bomb in what is read first': { ...blownUp('manifest.json', 65), says: /longer than in any bundle/ },
  'a zip bomb that hides its size': {
    ...blownUpUnseen('events.csv'),
    says: /not a whole bundle|longer than/,
  },
  'a name that climbs out': { ...named('../../evil'), says: badName },
  'a name from the root': { ...named('/etc/evil'), says: badName },
  'a name with a drive': { ...named('c:\\evil'), says: badName },
  'a name twice': { ...named('events.csv'), says: /in the file twice/ },
  'cut to nothing': cut(() => 0),
  'cut within the first header': cut(() => 10),
  'cut within the first content': cut(() => 200),
  'cut between two files': cut((zip) =>
    zip.readUInt32LE(listOf(zip) + 46 + zip.readUInt16LE(listOf(zip) + 28) + 42),
  ),
  'cut within the last content': cut((zip) => listOf(zip) - 20),
  'cut within the sizes that follow': cut((zip) => listOf(zip) - 6),
  'cut before the list': cut(listOf),
  'cut within the list': cut((zip) => listOf(zip) + 60),
  'cut before the end': cut((zip) => zip.length - 22),
  'cut within the end': cut((zip) => zip.length - 1),
};
