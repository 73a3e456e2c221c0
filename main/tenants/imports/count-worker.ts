import { HoldfastError } from '../../../shared/errors.ts';
import { serveCall, type WorkerContext } from '../../jobs/serve-call.ts';
import { SourceFile, type SourceState } from '../../outside/source-file.ts';
import { faultText, parseLine, splitLines } from './json-lines.ts';

export interface CountInput {
  readonly source: string;
  readonly onDamaged: 'stop' | 'skip';
}

export interface Counted {
  readonly state: SourceState;
  readonly documents: number;
  /** UTF-8 bytes of the documents as they will be stored. */
  readonly bytes: number;
  readonly skipped: number;
  /** The first damaged lines. */
  readonly failed: { line: number; reason: string }[];
}

/** How many damaged lines are named. */
const namedFaults = 1000;

/** Reads the whole file and checks every line; writes nothing. Throws VALIDATION when damaged lines are to stop it. */
function count({ source, onDamaged }: CountInput, { progress, check }: WorkerContext): Counted {
  const file = new SourceFile(source);
  try {
    progress.phase('Checking lines', file.state.size, 'bytes');
    let documents = 0;
    let bytes = 0;
    let skipped = 0;
    const failed: { line: number; reason: string }[] = [];
    for (const line of splitLines(told(file, progress.advance, check))) {
      const parsed = parseLine(line.bytes);
      if ('fault' in parsed) {
        skipped += 1;
        if (failed.length < namedFaults) failed.push({ line: line.number, reason: faultText(parsed.fault) });
      } else {
        documents += 1;
        bytes += parsed.bytes;
      }
    }
    file.requireUnchanged();
    const [first] = failed;
    if (first !== undefined && onDamaged === 'stop') throw damaged(first, { damaged: skipped, documents });
    return { state: file.state, documents, bytes, skipped, failed };
  } finally {
    file.close();
  }
}

function* told(file: SourceFile, advance: (by: number) => void, check: () => void): Generator<Buffer> {
  for (const piece of file.pieces()) {
    check();
    yield piece;
    advance(piece.length);
  }
}

function damaged(first: { line: number; reason: string }, counts: { damaged: number; documents: number }) {
  return new HoldfastError(
    'VALIDATION',
    `Line ${first.line} is damaged: ${first.reason}. ${counts.damaged} lines are damaged, ${counts.documents} are documents; nothing was imported. Mend the file or skip damaged lines.`,
    { issues: [{ path: 'file', ...first }], ...first, ...counts },
  );
}

serveCall(count);
