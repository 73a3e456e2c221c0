import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createProgram } from '../../main/hosts/cli/program.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

const versions = z.record(z.string(), z.string()).optional();
const manifest = z
  .looseObject({
    version: z.string(),
    license: z.string(),
    scripts: z.record(z.string(), z.string()),
    dependencies: versions,
    devDependencies: versions,
  })
  .parse(JSON.parse(read('package.json')));

const lock = z
  .object({
    packages: z.record(
      z.string(),
      z.looseObject({
        resolved: z.string().optional(),
        os: z.array(z.string()).optional(),
        cpu: z.array(z.string()).optional(),
        optionalDependencies: versions,
      }),
    ),
  })
  .parse(JSON.parse(read('package-lock.json'))).packages;

const notOurs = ['node_modules', '.git', 'dist', 'release', 'coverage', 'fixtures'];

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (notOurs.includes(entry.name)) return [];
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

const documents = filesBelow('').filter((file) => file.endsWith('.md'));

/** `file:line` of each line of `files` that `isWrong`. */
function linesThat(files: readonly string[], isWrong: (line: string, file: string) => boolean): string[] {
  return files.flatMap((file) =>
    read(file)
      .split('\n')
      .flatMap((line, index) => (isWrong(line, file) ? [`${file}:${index + 1} ${line.trim()}`] : [])),
  );
}

describe('what is installed', () => {
  it('has exact versions', () => {
    const all = { ...manifest.dependencies, ...manifest.devDependencies };
    const exact = /^(?:npm:@?[a-z/-]+@)?\d+\.\d+\.\d+$/;
    expect(Object.entries(all).filter(([, version]) => !exact.test(version))).toEqual([]);
  });

  it('comes from whatever registry the machine has', () => {
    expect(Object.entries(lock).filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
    expect(read('package-lock.json')).not.toMatch(/registry\.|\/-\/[\w.-]+\.tgz/);
    expect(read('.npmrc')).toContain('omit-lockfile-registry-resolved=true');
    expect(read('.npmrc')).not.toMatch(/^\s*(?:@[^=]+:)?registry\s*=/m);
  });

  it('has every platform that a native package offers, and all of ours', () => {
    const wanted = ['linux x64', 'linux arm64', 'darwin x64', 'darwin arm64', 'win32 x64', 'win32 arm64'];
    const families = Object.entries(lock)
      .map(([path, { optionalDependencies = {} }]) => ({ path, members: Object.keys(optionalDependencies) }))
      .filter(({ members }) => members.length > 1);
    expect(families.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['node_modules/@node-rs/argon2', 'node_modules/@biomejs/biome']),
    );
    const gaps = families.flatMap(({ path, members }) => {
      const entries = members.map((member) => ({ member, entry: lock[`node_modules/${member}`] }));
      // optional for another reason than the platform
      if (entries.every(({ entry }) => entry !== undefined && entry.os === undefined)) return [];
      const offered = entries.flatMap(({ entry }) =>
        (entry?.os ?? []).flatMap((os) => (entry?.cpu ?? []).map((cpu) => `${os} ${cpu}`)),
      );
      return [
        ...entries.filter(({ entry }) => entry === undefined).map(({ member }) => member),
        ...wanted.filter((platform) => !offered.includes(platform)).map((platform) => `${path}: ${platform}`),
      ];
    });
    expect(gaps).toEqual([]);
  });

  it('brings the binaries of every platform where a package ships them inside', () => {
    const platforms = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64', 'win32-arm64'];
    const binary = (platform: string) => [
      `node_modules/better-sqlite3/prebuilds/${platform}.node`,
      `node_modules/keytar/prebuilds/${platform}/keytar.node`,
    ];
    expect(platforms.flatMap(binary).filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });
});

describe('what is written', () => {
  it('names no path of somebody’s machine', () => {
    const configuration = filesBelow('').filter((file) =>
      /(?:^|\/)\.npmrc$|\.(?:ya?ml|json)$|^\.ci\//.test(file),
    );
    // Folders that a system has for everybody; home folders and others belong to one machine.
    const everybody = ['dev', 'etc', 'media', 'mnt', 'opt', 'proc', 'run', 'srv', 'sys', 'tmp', 'usr', 'var'];
    const absolute = /(?<=^|[\s"'`(=])(?:\/([\w.-]+)\/|[A-Za-z]:\\)/g;
    const isOwn = ([, first]: RegExpMatchArray) => first === undefined || !everybody.includes(first);
    const wrong = (line: string, file: string) =>
      file !== 'package-lock.json' && [...line.matchAll(absolute)].some(isOwn);
    expect(linesThat([...documents, ...configuration], wrong)).toEqual([]);
  });

  it('links only to what is there', () => {
    const dangling = (line: string, file: string) =>
      [...line.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].some(
        ([, target = '']) => !existsSync(join(root, dirname(file), target)),
      );
    expect(linesThat(documents, dangling)).toEqual([]);
  });

  it('names only scripts that package.json has', () => {
    const unknown = (line: string) =>
      [...line.matchAll(/npm (?:run (?:--\S+ )*([\w:-]+)|(test|start)\b)/g)].some(
        ([, script, short]) => !((script ?? short ?? '') in manifest.scripts),
      );
    expect(linesThat(documents, unknown)).toEqual([]);
  });

  it('shows only commands and options that there are', () => {
    const shown = documents.flatMap((file) => commandLines(read(file)));
    expect(shown.length).toBeGreaterThan(20);
    expect(shown.filter((line) => !isCommand(line))).toEqual([]);
    const wrong = ['holdfast tenant burn', 'holdfast backup', 'npx holdfast backup run --everything'];
    expect(wrong.filter(isCommand)).toEqual([]);
  });

  it('has one licence and a change log of this version', () => {
    expect(manifest.license).toBe('Apache-2.0');
    expect(read('LICENSE')).toMatch(/Apache License\s+Version 2\.0, January 2004/);
    expect(read('CHANGELOG.md')).toMatch(
      new RegExp(`^## \\[${manifest.version.replaceAll('.', '\\.')}\\]`, 'm'),
    );
  });

  it('numbers its decisions without gaps, each short', () => {
    const names = readdirSync(join(root, 'docs/decisions')).filter((name) => /^\d{4}-/.test(name));
    expect(names).not.toEqual([]);
    expect(names.sort().map((name) => Number(name.slice(0, 4)))).toEqual(names.map((_, index) => index + 1));
    const parts = ['## Context', '## Decision', '## Consequences'];
    const odd = names.filter((name) => {
      const text = read(`docs/decisions/${name}`);
      return text.split('\n').length > 40 || parts.some((part) => !text.includes(part));
    });
    expect(odd).toEqual([]);
  });
});

/** Lines of fenced blocks that start the command line; a backslash continues a line. */
function commandLines(text: string): string[] {
  return [...text.matchAll(/^ *```\w*\n([\s\S]*?)^ *```/gm)].flatMap(([, block = '']) =>
    block
      .replaceAll(/\\\n\s*/g, ' ')
      .split('\n')
      .map((line) => line.replace(/^\$ /, '').replace(/\s+#.*$/, ''))
      .filter((line) => /^(?:npx )?holdfast /.test(line)),
  );
}

function isCommand(line: string): boolean {
  const interrupted = new AbortController().signal;
  const [stdin, stdout, stderr] = [Readable.from([]), new PassThrough(), new PassThrough()];
  const terminal = { stdin, stdout, stderr, environment: {}, workingFolder: root, interrupted };
  const refuse = () => Promise.reject(new Error('nothing is run here'));
  const core = { initialise: refuse, recover: refuse, enter: refuse, open: refuse };
  const { program } = createProgram(terminal, core, '0.0.0');
  const words = line.replace(/^(?:npx )?holdfast /, '').split(/\s+/);
  let command: Command = program;
  for (const word of words) {
    const next = command.commands.find((candidate) => candidate.name() === word);
    if (next === undefined) break;
    command = next;
  }
  // a group that takes options of its own can be run by itself
  const runs = command.commands.length === 0 || command.options.length > 0;
  if (!runs && words[0] !== '--help') return false;
  const known = [...program.options, ...command.options].map(({ long }) => long);
  return words
    .filter((word) => word.startsWith('--'))
    .every((word) => word === '--help' || known.includes(word.replace(/=.*$/, '')));
}
