import type { EvidenceStatus, Standard } from '../../../shared/compliance.ts';
import type { ControlFound } from '../../../shared/contract/audit/reports.ts';
import type { Outcome, Severity } from '../../../shared/severities.ts';
import type { Control, EntryEvidence, Evidence } from './control.ts';
import type { CountedEvidence } from './count.ts';

/** What is looked for among entries, so that others can look for it again (docs/formats/compliance-report.md). */
interface StatedQuery {
  readonly actions: readonly string[];
  readonly of: EntryEvidence['of'];
  readonly outcome: Outcome | null;
  readonly severity: Severity | null;
}

interface StatedEntries {
  readonly kind: 'entries';
  readonly text: string;
  readonly query: StatedQuery;
  readonly found: boolean;
  readonly archived: boolean;
  /** In the part of the log that a bundle has, and in all other logs. */
  readonly count: number;
  readonly elsewhere: number;
}

export type StatedEvidence =
  | StatedEntries
  | {
      readonly kind: 'population';
      readonly text: string;
      readonly found: boolean;
      readonly population: string;
    }
  | {
      readonly kind: 'policy';
      readonly text: string;
      readonly found: boolean;
      readonly policy: string;
      readonly stated: string;
    }
  | { readonly kind: 'log'; readonly text: string; readonly found: boolean; readonly stated: string };

/** A control as a bundle has it: what a reader can count and reckon again, and what is only said. */
export interface StatedControl {
  readonly id: string;
  readonly title: string;
  readonly asks: string;
  readonly nist: readonly string[];
  readonly status: EvidenceStatus;
  /** It does not apply where there was none of this population. */
  readonly onlyWith: string | null;
  readonly evidence: readonly StatedEvidence[];
  readonly collect: readonly string[];
}

export interface StatedStandard {
  readonly standard: Standard;
  /** Ids of the controls that were chosen; null: all of the catalogue. */
  readonly chosen: readonly string[] | null;
  /** What was added in words. */
  readonly notes: string | null;
  readonly controls: readonly StatedControl[];
}

/** `found`: of the same controls, in their order; `entries`: what was counted for them, of a part of one log. */
export function statedControls(
  controls: readonly Control[],
  found: readonly ControlFound[],
  entries: ReadonlyMap<EntryEvidence, CountedEvidence>,
): StatedControl[] {
  return controls.flatMap(({ evidence, onlyWith }, at) => {
    const of = found[at];
    if (of === undefined) return [];
    const { id, title, asks, nist, status, collect } = of;
    const stated = evidence.flatMap((each, number) => {
      const what = of.evidence[number];
      return what === undefined ? [] : [statedOf(each, what, entries)];
    });
    return [{ id, title, asks, nist, status, onlyWith: onlyWith ?? null, evidence: stated, collect }];
  });
}

function statedOf(
  evidence: Evidence,
  { found, archived, count, query }: ControlFound['evidence'][number],
  entries: ReadonlyMap<EntryEvidence, CountedEvidence>,
): StatedEvidence {
  const { kind, text } = evidence;
  switch (kind) {
    case 'entries': {
      const { actions, of, outcome = null, severity = null } = evidence;
      const here = entries.get(evidence)?.here ?? 0;
      return {
        kind,
        text,
        query: { actions, of, outcome, severity },
        found,
        archived,
        count: here,
        elsewhere: count - here,
      };
    }
    case 'population':
      return { kind, text, found, population: evidence.population };
    case 'policy':
      return { kind, text, found, policy: evidence.policy, stated: query };
    case 'log':
      return { kind, text, found, stated: query };
  }
}
