import { writeFileSync } from 'node:fs';
import type { Stalls } from './stalls.ts';

/** One line of the table. */
export interface Line {
  readonly what: string;
  /** Speed as a part of the yardstick's: 1 is as fast, 0.5 half as fast. Absent where something is only broken down. */
  readonly ratio?: number;
  /** The same of computing time alone, where both run in one thread: steady on a busy machine. */
  readonly computing?: number;
  readonly yardstick?: string;
  /** The ratio to reach, where issue or design name one. */
  readonly aim?: number;
  /** Absolute figures, good for one machine only: `12,300/s`. */
  readonly measured: string;
  readonly against?: string;
  readonly stalls?: Stalls;
}

export interface Report {
  readonly line: (line: Line) => void;
  /** Something a reader of the figures should know. */
  readonly note: (text: string) => void;
}

export interface BenchOptions {
  /** Of a log, in place of the usual number. */
  readonly entries: number | undefined;
}

export interface Bench {
  readonly name: string;
  readonly run: (report: Report, options: BenchOptions) => Promise<void>;
}

/** No stall of the main thread may be longer. */
const stallLimitMs = 50;

const heads = [
  'what',
  'of the yardstick',
  'in computing',
  'aim',
  'longest stall',
  'p99',
  'own computing',
  'idle thread',
  'measured',
  'yardstick',
];

/** Gathers lines and prints them as one table, ratios before absolute figures. */
export class TableReport implements Report {
  readonly #lines: Line[] = [];
  readonly #notes: string[] = [];

  line(line: Line): void {
    this.#lines.push(line);
  }

  note(text: string): void {
    this.#notes.push(text);
  }

  print(): void {
    const rows = [heads, ...this.#lines.map(cells)];
    const widths = heads.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
    for (const row of rows) {
      console.log(
        row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd(),
      );
    }
    console.log(
      'Stalls: the longest time between two ticks of the main thread, and its own computing in it; what an idle thread shows too is the machine.',
    );
    for (const note of this.#notes) console.log(`- ${note}`);
  }

  writeJson(file: string): void {
    writeFileSync(file, `${JSON.stringify({ lines: this.#lines, notes: this.#notes }, null, 2)}\n`);
  }
}

function cells({ what, ratio, computing, yardstick, aim, measured, against, stalls }: Line): string[] {
  const missed = ratio !== undefined && aim !== undefined && ratio < aim;
  return [
    what,
    ratio === undefined ? '' : `${ratio.toFixed(2)} ${missed ? '(missed)' : ''}`.trimEnd(),
    computing === undefined ? '' : computing.toFixed(2),
    aim === undefined ? '' : aim.toFixed(2),
    stalls === undefined
      ? ''
      : `${ms(stalls.main.longest)}${stalls.main.longest > stallLimitMs ? ' (over 50)' : ''}`,
    stalls === undefined ? '' : ms(stalls.main.p99),
    stalls === undefined ? '' : ms(stalls.computing),
    stalls === undefined ? '' : `${ms(stalls.idle.longest)}, p99 ${ms(stalls.idle.p99)}`,
    measured,
    yardstick === undefined ? '' : `${yardstick}${against === undefined ? '' : `: ${against}`}`,
  ];
}

function ms(value: number): string {
  return `${value.toFixed(0)} ms`;
}

/** `12,300/s` from a count and the milliseconds it took. */
export function perSecond(count: number, milliseconds: number): string {
  return `${Math.round((count / milliseconds) * 1000).toLocaleString('en')}/s`;
}

/** `182 MB/s` from bytes and the milliseconds they took. */
export function megabytesPerSecond(bytes: number, milliseconds: number): string {
  return `${Math.round(bytes / milliseconds / 1000).toLocaleString('en')} MB/s`;
}
