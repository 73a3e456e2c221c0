// The files that repeat the entries.
import { asObject, canonical, concat, fromBase64, jsonOf, toBase64, utf8 } from './bytes.mjs';
import { must } from './findings.mjs';

/** events.jsonl, events.ocsf.jsonl and openings.jsonl, read beside the entries that they repeat. */
export class Repeated {
  constructor(check) {
    const { manifest } = check;
    this.check = check;
    this.matched = 0;
    this.opened = 0;
    this.events = check.lines('events.jsonl');
    this.ocsf = check.lines('events.ocsf.jsonl');
    this.openings = check.listed.has('openings.jsonl') ? check.lines('openings.jsonl') : undefined;
    this.inPeriod = ({ t }) =>
      (manifest.from === null || t >= manifest.from) && (manifest.to === null || t < manifest.to);
    /** Files that were found wrong are not compared further. */
    this.given = new Set();
  }

  async compare(index, text, entry, leaf) {
    if (!this.inPeriod(entry)) return;
    this.matched += 1;
    this.check.controls?.add(index, entry);
    await this.one('events.jsonl', async () => {
      const { value } = await this.events.next();
      const expected = `{"index":${index},"leaf":"${toBase64(leaf)}","record":${text}}`;
      must(value === expected, `events.jsonl does not have entry ${index} as it was logged`, index);
    });
    await this.one('events.ocsf.jsonl', async () => {
      const { value } = await this.ocsf.next();
      const { metadata } = asObject(jsonOf(value ?? 'null', 'events.ocsf.jsonl'));
      must(
        metadata?.sequence === index && metadata.uid === entry.id,
        `events.ocsf.jsonl does not have entry ${index}`,
        index,
      );
    });
    if (this.openings !== undefined) await this.one('openings.jsonl', () => this.open(index, entry));
  }

  async one(name, work) {
    if (this.given.has(name)) return;
    try {
      await work();
    } catch (error) {
      this.given.add(name);
      this.check.found(error);
    }
  }

  /** The fields of this entry that were disclosed: each has to be what the record committed to. */
  async open(index, { id, pd, why, dif }) {
    for (;;) {
      this.waiting ??= (await this.openings.next()).value;
      if (this.waiting === undefined) return;
      const { index: of, event, field, r, v } = asObject(jsonOf(this.waiting, 'openings.jsonl'));
      if (of !== index) return;
      this.waiting = undefined;
      const personal = Array.isArray(pd) ? pd.find((each) => each?.f === field)?.c : undefined;
      const committed = personal ?? { why, 'dif.b': dif?.b, 'dif.a': dif?.a }[field];
      const random = fromBase64(r ?? '') ?? new Uint8Array(0);
      const bytes = concat([utf8.encode('holdfast/pd/v1'), random, utf8.encode(canonical(v))]);
      const fits = random.length === 32 && toBase64(await this.check.platform.sha256(bytes)) === committed;
      must(fits && event === id, `openings.jsonl says of entry ${index} what it was not: ${field}`, index);
      this.opened += 1;
    }
  }

  async finish() {
    const { manifest } = this.check;
    for (const [name, lines] of [
      ['events.jsonl', this.events],
      ['events.ocsf.jsonl', this.ocsf],
      ['openings.jsonl', this.openings],
    ]) {
      if (lines === undefined) continue;
      await this.one(name, async () => {
        const { done } =
          name === 'openings.jsonl' && this.waiting !== undefined ? { done: false } : await lines.next();
        must(done, `${name} has more than the entries`);
      });
    }
    await this.check.step(() => {
      must(
        this.matched === manifest.matched,
        `The manifest says ${manifest.matched} entries of the period, ${this.matched} are here`,
      );
      must(
        this.openings === undefined || this.opened === manifest.openings,
        `The manifest says ${manifest.openings} disclosed fields, ${this.opened} are here`,
      );
    });
  }
}
