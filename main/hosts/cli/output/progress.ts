import type { Job } from '../../../../shared/contract/suite.ts';
import type { Terminal } from '../terminal.ts';
import { plain, size } from './text.ts';

type Shown = Pick<Job, 'kind' | 'phase' | 'done' | 'total' | 'unit'>;

/** Shows how long work goes on, on standard error. */
export interface ProgressDisplay {
  show(job: Shown): void;
  end(): void;
}

const silence: ProgressDisplay = { show() {}, end() {} };
const barWidth = 24;

/** A bar on a terminal, one line a phase elsewhere, nothing when quiet. */
export function progressDisplay({ stderr }: Terminal, quiet: boolean): ProgressDisplay {
  if (quiet) return silence;
  return stderr.isTTY === true ? bar(stderr) : phases(stderr);
}

function bar(stderr: Terminal['stderr']): ProgressDisplay {
  let shown = false;
  return {
    show(job) {
      shown = true;
      stderr.write(`\r\u001b[K${line(job).slice(0, (stderr.columns ?? 80) - 1)}`);
    },
    end() {
      if (shown) stderr.write('\r\u001b[K');
      shown = false;
    },
  };
}

function phases(stderr: Terminal['stderr']): ProgressDisplay {
  let last = '';
  return {
    show({ phase }) {
      if (phase === last || phase === '') return;
      last = phase;
      stderr.write(`${plain(phase)}\n`);
    },
    end() {},
  };
}

function line(job: Shown): string {
  const amount = (value: number) => (job.unit === 'bytes' ? size(value) : value.toLocaleString('en'));
  const unit = job.unit === 'bytes' ? '' : ` ${job.unit}`;
  const phase = plain(job.phase || job.kind);
  if (job.total === null || job.total === 0) return `${phase}: ${amount(job.done)}${unit}`;
  const share = Math.min(1, job.done / job.total);
  const filled = Math.round(share * barWidth);
  const drawn = `[${'#'.repeat(filled)}${'-'.repeat(barWidth - filled)}]`;
  const percent = `${String(Math.floor(share * 100)).padStart(3)} %`;
  return `${drawn} ${percent}  ${phase}: ${amount(job.done)} of ${amount(job.total)}${unit}`;
}
