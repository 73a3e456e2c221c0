import { useQuery } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import type { SetupState } from '../../shared/contract/setup.ts';
import { AfterFirstRun } from '../features/setup/first-run/after-first-run.tsx';
import { NoEntrance } from '../features/setup/no-entrance.tsx';
import { useRecovery } from '../features/setup/restore/use-recovery.ts';
import { SignIn } from '../features/setup/sign-in.tsx';
import { Starting } from '../features/setup/starting.tsx';
import { useApi } from '../rpc/api.tsx';
import { toFailure } from '../rpc/failure.ts';
import { enter } from './entrance.ts';
import { SessionContext, useSessionQuery } from './session.tsx';

const FirstRun = lazy(() =>
  import('../features/setup/first-run/first-run.tsx').then((m) => ({ default: m.FirstRun })),
);
const Restore = lazy(() =>
  import('../features/setup/restore/restore.tsx').then((m) => ({ default: m.Restore })),
);
const Recovered = lazy(() =>
  import('../features/setup/restore/recovered.tsx').then((m) => ({ default: m.Recovered })),
);
const Unlock = lazy(() => import('../features/setup/unlock.tsx').then((m) => ({ default: m.Unlock })));
const Shell = lazy(() => import('./shell.tsx').then((m) => ({ default: m.Shell })));

const whileOpeningMs = 500;

/** Everything that comes before the console itself, in the order in which it has to be right. */
export function Gate() {
  const entrance = useQuery({
    queryKey: ['entrance'],
    queryFn: () => enter().then(() => true),
    retry: (count, error) => count < 3 && toFailure(error).code !== 'UNAUTHENTICATED',
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (entrance.error) return <NoEntrance error={entrance.error} onRetry={() => entrance.refetch()} />;
  return entrance.isSuccess ? <Installation /> : <Starting />;
}

function Installation() {
  const { query } = useApi();
  const setup = useQuery({
    ...query.setup.getSetup.queryOptions({ input: {} }),
    queryKey: ['setup'],
    refetchInterval: ({ state }) => (isOnItsWay(state.data?.state) ? whileOpeningMs : false),
  });
  if (setup.data === undefined) return <Starting error={setup.error} onRetry={() => setup.refetch()} />;
  if (setup.data.state === 'ready') return <Session />;
  return (
    <Loaded>
      {(setup.data.state === 'absent' || setup.data.state === 'recovering') && (
        <Beginning setup={setup.data} />
      )}
      {setup.data.state === 'opening' && <Starting />}
      {(setup.data.state === 'locked' || setup.data.state === 'failed') && <Unlock setup={setup.data} />}
    </Loaded>
  );
}

const isOnItsWay = (state: SetupState['state'] | undefined) => state === 'opening' || state === 'recovering';

/** An empty data folder: a new installation, or one that comes back. */
function Beginning({ setup }: { readonly setup: SetupState }) {
  const [restoring, setRestoring] = useState(false);
  const recovery = useRecovery();
  if (recovery.data === undefined)
    return <Starting error={recovery.error} onRetry={() => recovery.refetch()} />;
  const run = recovery.data.recovery;
  if (restoring || run !== null || setup.state === 'recovering') {
    return (
      <Restore
        setup={setup}
        run={run}
        onLeave={() => setRestoring(false)}
        onStay={() => setRestoring(true)}
      />
    );
  }
  return <FirstRun setup={setup} onRestore={() => setRestoring(true)} />;
}

function Session() {
  const session = useSessionQuery();
  const run = useRecovery().data?.recovery;
  if (session.data === undefined) return <Starting error={session.error} onRetry={() => session.refetch()} />;
  if (session.data === null) {
    const result = run?.result ?? null;
    return result === null ? (
      <SignIn />
    ) : (
      <Loaded>
        <Recovered result={result} />
      </Loaded>
    );
  }
  return (
    <SessionContext value={session.data}>
      <Loaded>
        <AfterFirstRun>
          <Shell />
        </AfterFirstRun>
      </Loaded>
    </SessionContext>
  );
}

function Loaded({ children }: { readonly children: ReactNode }) {
  return <Suspense fallback={<Starting />}>{children}</Suspense>;
}
