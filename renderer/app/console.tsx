import { QueryClientProvider } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { ApiProvider, createApi } from '../rpc/api.tsx';
import { Connection } from '../rpc/connection.ts';
import { openPortWire } from '../rpc/port-wire.ts';
import { openWebSocketWire } from '../rpc/websocket-wire.ts';
import { useAlertLinks } from './alert-links.ts';
import { Gate } from './gate.tsx';
import { createQueries, endSession } from './queries.ts';
import { StepUp, StepUpDialog } from './step-up.tsx';

/** Connects to the core once, and shows what may be shown. */
export function Console() {
  useAlertLinks();
  const [stepUp] = useState(() => new StepUp());
  const { api, queries } = useMemo(() => {
    const made = createQueries();
    const desktop = window.location.protocol === 'app:';
    const connection = new Connection(desktop ? openPortWire : openWebSocketWire, {
      stepUp: () => stepUp.ask(),
      unauthenticated: () => endSession(made),
    });
    return { api: createApi(connection), queries: made };
  }, [stepUp]);
  return (
    <ApiProvider api={api}>
      <QueryClientProvider client={queries}>
        <Gate />
        <StepUpDialog stepUp={stepUp} />
      </QueryClientProvider>
    </ApiProvider>
  );
}
