import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const root = resolve(import.meta.dirname, '../..');
const configuration: unknown = parse(readFileSync(join(root, 'electron-builder.yml'), 'utf8'));
const builder = createRequire(createRequire(import.meta.url).resolve('electron-builder'));
const builderLibrary = join(builder.resolve('app-builder-lib/package.json'), '..');

const configurationForm = z.looseObject({
  files: z.array(z.string()),
  asarUnpack: z.array(z.string()),
  directories: z.object({ output: z.string(), buildResources: z.string() }),
  publish: z.null(),
});

/** What of the packaging tool is used here: its own reading of `files`. */
const fileMatching = z.object({
  getMainFileMatchers: z.custom<
    (
      appFolder: string,
      destination: string,
      expand: (text: string) => string,
      platformOptions: object,
      packager: object,
      output: string,
      isCompiled: boolean,
    ) => { createFilter(): (file: string, stat: { isDirectory(): boolean }) => boolean }[]
  >((value) => typeof value === 'function'),
});

/** Answers whether a path, relative to the project, is packed. */
function packed(): (path: string) => boolean {
  const config = configurationForm.parse(configuration);
  const { getMainFileMatchers } = fileMatching.parse(builder(join(builderLibrary, 'out/fileMatcher.js')));
  const info = {
    projectDir: root,
    buildResourcesDir: config.directories.buildResources,
    isPrepackedAppAsar: false,
    config,
    debugLogger: { isEnabled: false },
  };
  const output = join(root, config.directories.output, 'linux-unpacked');
  const same = (text: string) => text;
  const filters = getMainFileMatchers(root, output, same, {}, { info }, output, false).map((matcher) =>
    matcher.createFilter(),
  );
  const file = { isDirectory: () => false };
  return (path) => filters.some((filter) => filter(join(root, path), file));
}

/** Every file below, relative and with forward slashes; what `skip` names is not entered. */
function filesBelow(folder: string, skip: readonly string[] = []): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (skip.includes(entry.name)) return [];
    if (!entry.isDirectory()) return [entry.name];
    return filesBelow(join(folder, entry.name), skip).map((file) => `${entry.name}/${file}`);
  });
}

const sources = () =>
  ['main', 'shared']
    .flatMap((folder) => filesBelow(join(root, folder)).map((file) => `${folder}/${file}`))
    .filter((file) => /\.(?:ts|mjs)$/.test(file));

const samples = () => filesBelow(join(root, 'main/samples')).map((file) => `main/samples/${file}`);

const compiledName = (file: string) => file.replace(/\.ts$/, '.js');

describe('electron-builder.yml', () => {
  it('has the form that the tool asks for', () => {
    const schema: unknown = JSON.parse(readFileSync(join(builderLibrary, 'scheme.json'), 'utf8'));
    const validate = new Ajv({ strict: false, allErrors: true }).compile(
      z.record(z.string(), z.json()).parse(schema),
    );
    validate(configuration);
    expect(validate.errors ?? []).toEqual([]);
    expect(validate({ ...configurationForm.parse(configuration), unheardOf: true })).toBe(false);
  });

  it('publishes nothing and brings no updater', () => {
    expect(configuration).toMatchObject({ publish: null });
    const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
    expect(lock).not.toContain('node_modules/electron-updater"');
  });

  it('packs nothing of the checkout but the licence and what names the program', () => {
    const isPacked = packed();
    const taken = filesBelow(root, ['node_modules', '.git', 'dist', 'release']).filter(isPacked);
    expect(taken.sort()).toEqual(['LICENSE', 'package.json']);
  });

  it('packs the program without maps, and nothing that lies beside it', () => {
    const isPacked = packed();
    expect(
      [...sources().map(compiledName), ...samples(), 'preload/preload.cjs', 'renderer/index.html']
        .map((file) => `dist/${file}`)
        .filter((file) => !isPacked(file)),
    ).toEqual([]);
    const strays = [
      'dist/main/hosts/cli/main.js.map',
      'release/holdfast.AppImage',
      'test/unit/packaging.test.ts',
      'test/fixtures/README.md',
      'docs/architecture.md',
      'keyring.enc',
      'installation/control.db',
      'passphrase.txt',
      '.env',
      '.npmrc',
      'coverage/index.html',
    ];
    expect(strays.filter(isPacked)).toEqual([]);
  });

  it('begins with the desktop', () => {
    const form = z.object({ main: z.string() });
    const { main } = form.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
    expect(main).toBe('dist/main/hosts/desktop/main.js');
    expect(sources().map((file) => `dist/${compiledName(file)}`)).toContain(main);
  });

  it('leaves the sample data outside the archive', () => {
    const { asarUnpack } = configurationForm.parse(configuration);
    expect(asarUnpack).toContain('dist/main/samples/**');
  });

  it('leaves every module with native code outside the archive', () => {
    const { asarUnpack } = configurationForm.parse(configuration);
    const native = new Set(
      filesBelow(join(root, 'node_modules'), ['.bin', '.cache'])
        .filter((file) => file.endsWith('.node'))
        .map((file) =>
          file
            .split('/')
            .slice(0, file.startsWith('@') ? 2 : 1)
            .join('/'),
        ),
    );
    const lock = z
      .object({ packages: z.record(z.string(), z.looseObject({ dev: z.boolean().optional() })) })
      .parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))).packages;
    const shipped = [...native].filter((name) => lock[`node_modules/${name}`]?.dev !== true);
    expect(shipped).toContain('better-sqlite3');
    const unpacked = (name: string) =>
      asarUnpack.some((pattern) => `node_modules/${name}/`.startsWith(pattern.replace(/\*+$/, '')));
    expect(shipped.filter((name) => !unpacked(name))).toEqual([]);
  });
});

describe('the build', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-build-'));
  const dist = join(folder, 'dist');

  beforeAll(() => {
    const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
    const { status, stdout } = spawnSync(
      process.execPath,
      [compiler, '-p', join(root, 'tsconfig.build.json'), '--outDir', dist],
      { encoding: 'utf8' },
    );
    expect(stdout).toBe('');
    expect(status).toBe(0);
    expect(spawnSync(process.execPath, [join(root, 'test/system/copy-samples.ts'), dist]).status).toBe(0);
    cpSync(join(root, 'package.json'), join(folder, 'package.json'));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  }, 180_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('has a module for each source, workers and launcher included', () => {
    const expected = sources().map(compiledName);
    expect(expected.filter((file) => file.endsWith('-worker.js')).length).toBeGreaterThan(2);
    expect(expected).toContain('main/hosts/cli/holdfast.mjs');
    expect(expected.filter((file) => !existsSync(join(dist, ...file.split('/'))))).toEqual([]);
  });

  it('finds the sample data beside its modules', async () => {
    const { sampleContent, sampleDocuments, sampleFile } = z
      .object({
        sampleContent: z.object({ collections: z.array(z.string()), files: z.array(z.string()) }),
        sampleDocuments: z.custom<(collection: string) => string>((value) => typeof value === 'function'),
        sampleFile: z.custom<(name: string) => string>((value) => typeof value === 'function'),
      })
      .parse(await import(pathToFileURL(join(dist, 'main/suite/sample-content.js')).href));
    const paths = [...sampleContent.collections.map(sampleDocuments), ...sampleContent.files.map(sampleFile)];
    expect(paths.length).toBeGreaterThan(5);
    expect(paths.filter((path) => !path.startsWith(dist) || !existsSync(path))).toEqual([]);
  });

  it('refers to no TypeScript file', () => {
    const modules = filesBelow(dist).filter((file) => /\.m?js$/.test(file));
    const importsTypeScript = /(?:from|import)\s*\(?\s*['"]\.[^'"]*\.ts['"]/;
    expect(modules.filter((file) => importsTypeScript.test(readFileSync(join(dist, file), 'utf8')))).toEqual(
      [],
    );
  });

  it('starts and knows its version', () => {
    const launcher = ['main', 'hosts', 'cli', 'holdfast.mjs'].join(sep);
    const { stdout, stderr } = spawnSync(process.execPath, [join(dist, launcher), '--version'], {
      encoding: 'utf8',
    });
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
    expect({ stdout, stderr }).toEqual({ stdout: `${version}\n`, stderr: '' });
  });
});
