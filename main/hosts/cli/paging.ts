import type { Command } from 'commander';
import { parseWholeNumber } from './arguments/whole-number.ts';

export interface PagingOptions {
  readonly limit?: number;
  readonly cursor?: string;
}

/** What every list takes. */
export function addPaging(command: Command): Command {
  return command
    .option('--limit <count>', 'how many at most, up to 1000', parseWholeNumber)
    .option('--cursor <cursor>', 'where the last page ended: its `next`');
}
