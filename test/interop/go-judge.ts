import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** What golang.org/x/mod/sumdb is to judge. */
export interface Case {
  verifierKeys: string[];
  origin: string;
  note: Uint8Array;
  oldNote: Uint8Array;
  index: number;
  record: Uint8Array;
  inclusion: Uint8Array[];
  consistency: Uint8Array[];
  /** Entries before it are gone, with the tiles of their leaves. */
  first?: number;
  files: Record<string, Uint8Array>;
}

/** Builds test/interop/go/main.go in a folder, with Debian's golang-go and golang-golang-x-mod-dev; answers the program. */
export function buildJudge(folder: string): string {
  const program = join(folder, 'judge');
  execFileSync('go', ['build', '-o', program, '.'], {
    cwd: new URL('go/', import.meta.url),
    env: {
      ...process.env,
      GO111MODULE: 'off',
      GOFLAGS: '',
      GOPATH: '/usr/share/gocode',
      GOCACHE: join(folder, 'cache'),
    },
  });
  return program;
}

/** Of each case: `accepted`, or `refused: ` and why. */
export function judge(program: string, cases: readonly Case[]): string[] {
  const base64 = (_: string, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
  const input = cases.map((entry) => `${JSON.stringify(plain(entry), base64)}\n`).join('');
  const output = execFileSync(program, { input, encoding: 'utf8', maxBuffer: 100_000_000 });
  return output.trimEnd().split('\n');
}

/** Without Buffers, whose toJSON would come before the replacer. */
function plain(entry: Case) {
  const list = (hashes: Uint8Array[]) => hashes.map((hash) => new Uint8Array(hash));
  return {
    ...entry,
    note: new Uint8Array(entry.note),
    oldNote: new Uint8Array(entry.oldNote),
    record: new Uint8Array(entry.record),
    inclusion: list(entry.inclusion),
    consistency: list(entry.consistency),
    files: Object.fromEntries(
      Object.entries(entry.files).map(([name, file]) => [name, new Uint8Array(file)]),
    ),
  };
}

export function changeByte(bytes: Uint8Array, at: number): Uint8Array {
  return new Uint8Array(bytes).map((byte, index) => (index === at ? byte ^ 1 : byte));
}
