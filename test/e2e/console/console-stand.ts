import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from '@playwright/test';
import { z } from 'zod';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const bin = join(root, 'main/hosts/cli/holdfast.mjs');
const ready = z.object({ link: z.string(), url: z.string(), dataFolder: z.string() });
const further = z.object({ link: z.string() });

const chromiumOptions = {
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
};

/** A process that serves the console for a data folder of its own, and browsers to look at it with. */
export class ConsoleStand {
  readonly folder: string;
  readonly dataFolder: string;
  /** What went wrong in a page, of which there should be nothing. */
  readonly complaints: string[] = [];
  #process: ChildProcess | undefined;
  #browser: Browser | undefined;
  #errors = '';

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'holdfast-console-'));
    this.dataFolder = join(this.folder, 'data');
  }

  /** Answers a link that lets one browser in. */
  async serve(environment: NodeJS.ProcessEnv = {}): Promise<string> {
    const served = this.#start(['serve', '--json'], environment);
    this.#process = served;
    served.stderr.on('data', (piece: Buffer) => {
      this.#errors += piece.toString();
    });
    let answer = '';
    for await (const piece of served.stdout) {
      answer += String(piece);
      if (answer.trimEnd().endsWith('}')) return ready.parse(JSON.parse(answer)).link;
    }
    throw new Error(`serve ended: ${answer}${this.#errors}`);
  }

  /** Answers a link that lets one more browser in, while it is served. */
  async link(): Promise<string> {
    return further.parse(JSON.parse(await this.command(['serve', '--link', '--json']))).link;
  }

  /** Runs a command on the same data folder; it is served by the host while that runs. Answers what it wrote. */
  async command(words: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<string> {
    const child = this.#start(words, environment);
    let answer = '';
    let told = '';
    child.stdout.on('data', (piece: Buffer) => {
      answer += piece.toString();
    });
    child.stderr.on('data', (piece: Buffer) => {
      told += piece.toString();
    });
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}: ${answer}${told}`);
    return answer;
  }

  #start(words: readonly string[], environment: NodeJS.ProcessEnv) {
    const runtime = join(this.folder, 'run');
    mkdirSync(runtime, { recursive: true, mode: 0o700 });
    const { HOLDFAST_PASSPHRASE: _, HOLDFAST_UNLOCK: __, ...inherited } = process.env;
    return spawn(process.execPath, [bin, ...words, '--data', this.dataFolder], {
      env: { ...inherited, ...environment, XDG_RUNTIME_DIR: runtime },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** A window of its own, whose complaints are kept. */
  async open(options: BrowserContextOptions = {}): Promise<Page> {
    this.#browser ??= await chromium.launch(chromiumOptions);
    const context = await this.#browser.newContext({
      viewport: { width: 1280, height: 860 },
      reducedMotion: 'reduce',
      ...options,
    });
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(`${message.text()} ${message.location().url}`);
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
    return page;
  }

  /** Ends the host as an operator's Ctrl-C does. Answers what it wrote to standard error. */
  async stop(): Promise<string> {
    if (this.#process !== undefined && this.#process.exitCode === null) {
      this.#process.kill('SIGINT');
      await once(this.#process, 'exit');
    }
    this.#process = undefined;
    return this.#errors;
  }

  /** Ends the host as a lost machine does. */
  async kill(): Promise<void> {
    const killed = this.#process;
    this.#process = undefined;
    if (killed === undefined) return;
    const ended = once(killed, 'exit');
    killed.kill('SIGKILL');
    await ended;
  }

  async close(): Promise<void> {
    await this.#browser?.close();
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
