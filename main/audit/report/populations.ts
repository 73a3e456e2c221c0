import type { PopulationFound } from '../../../shared/contract/audit/reports.ts';
import type { Archived } from './archived.ts';
import type { Counted } from './count.ts';
import type { TablePopulation } from './needs.ts';

/**
 * How many there were at the beginning and the end: from tables that keep what has ended, or wound back by the log, which
 * cannot be done past what is archived.
 */
export function populationsAt(
  tables: readonly TablePopulation[],
  succeeded: Counted['succeeded'],
  since: Archived['since'],
): PopulationFound[] {
  const none = { within: 0, after: 0 };
  return tables.map((table) => {
    if (!('now' in table)) return table;
    const { name, text, source, now } = table;
    const made = succeeded[table.made] ?? none;
    const gone = succeeded[table.gone] ?? none;
    const end = now - made.after + gone.after;
    const start = end - made.within + gone.within;
    return {
      name,
      text,
      start: start < 0 || since.start ? null : start,
      end: end < 0 || since.end ? null : end,
      added: made.within,
      removed: gone.within,
      source: `${source}, wound back by ${table.made} and ${table.gone} of the log${since.start ? ', some of which are archived' : ''}`,
    };
  });
}
