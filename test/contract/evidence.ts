import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { z } from 'zod';

const record = z.object({
  act: z.string(),
  sev: z.string(),
  out: z.string(),
  ph: z.string(),
  cor: z.string().optional(),
  who: z.object({ k: z.string() }),
  log: z.string(),
  x: z.record(z.string(), z.unknown()).optional(),
});
export type Entry = z.infer<typeof record>;

const heads = z.array(z.object({ log: z.number(), size: z.number() }));
const stored = z.array(z.object({ record: z.instanceof(Uint8Array) }));
const named = z.array(z.object({ name: z.string() }));
const logSpan = 2 ** 36;

/** What a call that was refused may touch: the outbox and its clock, when someone was seen, failed sign-ins. */
const besideTheState = new Set(['outbox', 'commit_clock', 'sign_in_failure', 'sqlite_sequence']);
const besideTheRow = new Set(['seen_at', 'last_used_at', 'last_seen_at', 'heartbeat_at']);
/** What `sql` here leads to by itself, some time later: it is another program that writes. */
const besides: Readonly<Record<string, string>> = { notices: ` WHERE kind <> 'commits-in-doubt'` };
const derived = /-(wal|shm|journal)$/;

interface Looked {
  readonly version: unknown;
  readonly hash: string;
}

/** Looks at an installation from outside, with a connection of its own: what was logged and what is stored. */
export class Evidence {
  readonly #folder: string;
  readonly #others: readonly string[];
  readonly #databases = new Map<string, Database.Database>();
  readonly #looked = new Map<string, Looked>();
  readonly #sizes = new Map<number, number>();

  /** `others`: further folders whose files belong to the state. */
  constructor(folder: string, others: readonly string[]) {
    this.#folder = folder;
    this.#others = others;
  }

  /** Entries since the last look, in every log, in order; leaves by which one log vouches for another are left out. */
  newEntries(): Entry[] {
    const audit = this.#open('audit.db');
    const entries = heads
      .parse(audit.prepare('SELECT log, size FROM logs ORDER BY log').all())
      .flatMap(({ log, size }) => {
        const from = log * logSpan + (this.#sizes.get(log) ?? 0);
        this.#sizes.set(log, size);
        const rows = audit
          .prepare('SELECT record FROM entries WHERE position >= ? AND position < ? ORDER BY position')
          .all(from, log * logSpan + size);
        return stored.parse(rows).map((row) => record.parse(JSON.parse(Buffer.from(row.record).toString())));
      });
    return entries.filter(({ act }) => act !== 'log.checkpoint');
  }

  /** The same text for as long as nothing that counts has changed; `without`: tables that do not count. */
  state({ without = [] }: { readonly without?: readonly string[] } = {}): string {
    const tenants = readdirSync(join(this.#folder, 'tenants'));
    const databases = ['control.db', ...tenants.map((id) => join('tenants', id, 'data.db'))];
    const hashes = databases
      .filter((file) => existsSync(join(this.#folder, file)))
      .map((file) => `${file} ${this.#contents(file, without)}`);
    const files = this.#others.flatMap((folder) => listed(folder, true));
    const own = ['', 'repositories'].flatMap((folder) => listed(join(this.#folder, folder), false));
    const contents = tenants.flatMap((id) => listed(join(this.#folder, 'tenants', id), true));
    const snapshots = listed(join(this.#folder, 'repositories'), false).flatMap((repository) =>
      listed(join(repository, 'snapshots'), false),
    );
    return [...hashes, ...files, ...own, ...contents, ...snapshots].join('\n');
  }

  /** Changes a row that no operation could: what time does to a session. */
  sql(text: string, ...values: (string | number | Uint8Array)[]): void {
    const database = new Database(join(this.#folder, 'control.db'), { timeout: 5000 });
    try {
      database.prepare(text).run(...values);
    } finally {
      database.close();
    }
  }

  /** The id of the session that began last: ids grow with time (RFC 9562, 6.2). */
  newestSession(): string {
    return z.string().parse(this.#open('control.db').prepare('SELECT max(id) FROM session').pluck().get());
  }

  close(): void {
    for (const database of this.#databases.values()) database.close();
  }

  #contents(file: string, without: readonly string[]): string {
    const database = this.#open(file);
    const version = database.pragma('data_version', { simple: true });
    const before = this.#looked.get(file);
    if (before !== undefined && before.version === version) return before.hash;
    const hash = createHash('sha256');
    const tables = named.parse(
      database.prepare(`SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name`).all(),
    );
    for (const { name } of tables) {
      if (besideTheState.has(name) || without.includes(name)) continue;
      const columns = named
        .parse(database.prepare('SELECT name FROM pragma_table_info(?)').all(name))
        .filter((column) => !besideTheRow.has(column.name))
        .map((column) => `quote("${column.name}")`);
      const rows = database
        .prepare(`SELECT ${columns.join(`||','||`)} FROM "${name}"${besides[name] ?? ''} ORDER BY 1`)
        .pluck()
        .all();
      hash.update(`${name}\n${rows.join('\n')}\n`);
    }
    const looked = { version, hash: hash.digest('hex') };
    this.#looked.set(file, looked);
    return looked.hash;
  }

  #open(file: string): Database.Database {
    const known = this.#databases.get(file);
    if (known !== undefined) return known;
    const opened = new Database(join(this.#folder, file), { readonly: true, timeout: 5000 });
    this.#databases.set(file, opened);
    return opened;
  }
}

/** Of a repository only the snapshots are looked at: it has hundreds of folders, and nothing else shows by itself. */
function listed(folder: string, recursive: boolean): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive, encoding: 'utf8' });
  return names
    .filter((name) => !derived.test(name))
    .map((name) => join(folder, name))
    .sort();
}
