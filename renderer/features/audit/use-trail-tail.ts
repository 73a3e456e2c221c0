import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { TrailNews } from '../../../shared/contract/audit/tail.ts';
import type { AuditEntry } from '../../../shared/contract/audit.ts';
import { useApi } from '../../rpc/api.tsx';
import { type Failure, toFailure } from '../../rpc/failure.ts';
import type { Loaded } from '../../ui/data-list/use-pages.ts';
import type { AuditFilter } from './filters.ts';
import { addNews, beforePages, noNews, showNews, type TailState } from './tail-state.ts';

export interface Tail {
  /** The loaded entries, with what came since before them. */
  readonly loaded: Loaded<AuditEntry>;
  /** So many came while the reader was further down. */
  readonly held: number;
  readonly failure: Failure | undefined;
  /** How often something came that was more than somebody's look at the log. */
  readonly news: number;
  /** Puts what is held before the rest. */
  show(): void;
  /** How often that was asked for. */
  readonly shows: number;
  /** Whether the reader sees the beginning of the list: then what comes is shown at once. */
  atTop(is: boolean): void;
}

const againMs = 2_000;
/** Entries that a look at the log leaves: whoever looked again for them would do so for ever. */
const looks: ReadonlySet<string> = new Set(['audit.read', 'audit.watch']);
const addOne = (count: number) => count + 1;

/** Follows the log from the newest loaded entry on, as long as it is `on`: only what is new is read. */
export function useTrailTail(loaded: Loaded<AuditEntry>, filter: AuditFilter, on: boolean): Tail {
  const { client } = useApi();
  const [state, setState] = useState<TailState>(noNews);
  const [failure, setFailure] = useState<Failure>();
  const [news, setNews] = useState(0);
  const [shows, setShows] = useState(0);
  const top = useRef(true);
  const newest = useRef<string>(undefined);
  newest.current = state.shown[0]?.time ?? loaded.rows[0]?.time;
  const { reload, pending } = loaded;
  const anew = useRef(reload);
  anew.current = reload;
  const { from: _from, to: _to, order: _order, ...narrowed } = filter;
  const asked = JSON.stringify(narrowed);

  useEffect(() => {
    setState(noNews);
    setFailure(undefined);
    if (!on || pending) return;
    const stop = new AbortController();
    void follow({
      signal: stop.signal,
      watch: () =>
        client.audit.watchAuditTrail(
          { ...JSON.parse(asked), since: newest.current ?? new Date().toISOString() },
          { signal: stop.signal },
        ),
      told: (news) => {
        setFailure(undefined);
        if (news.missed > 0) anew.current();
        if (news.missed > 0 || news.items.some(({ action }) => !looks.has(action))) setNews(addOne);
        setState((before) => addNews(before, news.items, top.current));
      },
      failed: setFailure,
    });
    return () => stop.abort();
  }, [client, asked, on, pending]);

  const rows = useMemo(() => beforePages(state.shown, loaded.rows), [state.shown, loaded.rows]);
  const held = useMemo(
    () => beforePages(state.held, loaded.rows).length - loaded.rows.length,
    [state.held, loaded.rows],
  );
  const show = useCallback(() => {
    setState(showNews);
    setShows(addOne);
  }, []);
  const atTop = useCallback((is: boolean) => {
    top.current = is;
    if (is) setState(showNews);
  }, []);
  return { loaded: { ...loaded, rows }, held, failure, news, show, shows, atTop };
}

interface Following {
  readonly signal: AbortSignal;
  readonly watch: () => Promise<AsyncIterable<TrailNews>>;
  readonly told: (news: TrailNews) => void;
  readonly failed: (failure: Failure) => void;
}

/** Over reconnections, and again whenever the core ends a watch to look at who asks. */
async function follow({ signal, watch, told, failed }: Following): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const news of await watch()) {
        if (signal.aborted) return;
        told(news);
      }
    } catch (error) {
      if (signal.aborted) return;
      const failure = toFailure(error);
      failed(failure);
      if (failure.code !== 'UNAVAILABLE') return;
      await new Promise((resolve) => setTimeout(resolve, againMs));
    }
  }
}
