import { expect, test } from 'vitest';
import { addNews, beforePages, noNews, showNews } from '../../../../../renderer/features/audit/tail-state.ts';
import type { AuditEntry } from '../../../../../shared/contract/audit.ts';

const entry = (second: number, eventId = `e${second}`, phase: AuditEntry['phase'] = 'outcome') =>
  ({ eventId, phase, time: `2026-01-01T00:00:0${second}.000Z` }) as AuditEntry;
const ids = (entries: readonly AuditEntry[]) => entries.map(({ eventId, phase }) => `${eventId} ${phase}`);

test('what comes is shown at once at the top, and waits for whoever reads further down', () => {
  const atTop = addNews(noNews, [entry(1), entry(2)], true);
  expect(ids(atTop.shown)).toEqual(['e2 outcome', 'e1 outcome']);
  const below = addNews(atTop, [entry(2), entry(3)], false);
  expect([ids(below.shown), ids(below.held)]).toEqual([['e2 outcome', 'e1 outcome'], ['e3 outcome']]);
  const shown = showNews(below);
  expect([ids(shown.shown), shown.held]).toEqual([['e3 outcome', 'e2 outcome', 'e1 outcome'], []]);
  // one of another log comes late; what is held comes along
  const late = addNews(below, [entry(4), entry(1, 'late')], true);
  expect(ids(late.shown)).toEqual(['e4 outcome', 'e3 outcome', 'e2 outcome', 'late outcome', 'e1 outcome']);
});

test('what the pages have as well is there once, an intent beside its outcome', () => {
  const news = [entry(3), entry(2, 'both', 'outcome'), entry(2, 'both', 'intent')];
  const pages = [entry(2, 'both', 'intent'), entry(1)];
  expect(ids(beforePages(news, pages))).toEqual(['e3 outcome', 'both outcome', 'both intent', 'e1 outcome']);
  expect(beforePages([], pages)).toBe(pages);
});
