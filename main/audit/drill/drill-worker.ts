import { serveCall } from '../../jobs/serve-call.ts';
import { ScratchCopy } from '../../storage/scratch-copy.ts';
import { type DrillRequest, type HeldDrill, holdDrill } from './hold-drill.ts';

export interface DrillTask extends DrillRequest {
  readonly copy: string;
  /** About so many, to show how far the first verification is. */
  readonly entries: number;
}

serveCall<DrillTask, HeldDrill>(({ copy: file, entries, ...request }, { progress, check }) => {
  const copy = new ScratchCopy(file, 'audit');
  try {
    progress.phase('Verifying the copy', entries, 'entries');
    return holdDrill(copy, request, {
      onPhase: (name) => progress.phase(name, null, 'entries'),
      onEntries: (count) => {
        check();
        progress.advance(count);
      },
    });
  } finally {
    copy.close();
  }
});
