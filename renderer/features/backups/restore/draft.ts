import { useCallback, useMemo, useState } from 'react';
import { useSearch } from '../../../ui/use-search.ts';

export const steps = ['what', 'when', 'where', 'conflicts', 'summary', 'run', 'result'] as const;
export type Step = (typeof steps)[number];

/** What was chosen so far. Ids lie in the address; what was typed lies in this tab only. */
export interface RestoreDraft {
  readonly step: Step;
  /** A tenant's id, `installation`, or nothing yet. */
  readonly source: string | undefined;
  readonly snapshot: string | undefined;
  readonly to: 'in-place' | 'folder' | undefined;
  readonly folder: string;
  /** The job that worked out what would happen. */
  readonly plan: string | undefined;
  /** The plan whose losses somebody agreed to. */
  readonly accepted: string | undefined;
  readonly reason: string;
  /** The restore itself. */
  readonly job: string | undefined;
}

const key = 'holdfast.restore';
const typedNames = ['folder', 'reason', 'accepted'] as const;
type Typed = { readonly [Name in (typeof typedNames)[number]]?: string };

function readTyped(): Typed {
  let stored: unknown;
  try {
    stored = JSON.parse(sessionStorage.getItem(key) ?? 'null');
  } catch {
    stored = null; // not ours: nothing was typed yet
  }
  if (typeof stored !== 'object' || stored === null) return {};
  const entries = typedNames.flatMap((name) => {
    const value: unknown = Reflect.get(stored, name);
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return Object.fromEntries(entries);
}

/** The draft, and how to change it; what a change makes obsolete goes with it. */
export function useRestoreDraft(): readonly [RestoreDraft, (changed: Partial<RestoreDraft>) => void] {
  const [get, set] = useSearch();
  const [typed, setTyped] = useState(readTyped);
  const source = get('installation') === undefined ? get('tenant') : 'installation';
  const given = get('to');
  const draft = useMemo<RestoreDraft>(
    () => ({
      step: steps.find((known) => known === get('step')) ?? 'what',
      source,
      snapshot: get('snapshot'),
      to: given === 'in-place' || given === 'folder' ? given : undefined,
      folder: typed.folder ?? '',
      plan: get('plan'),
      accepted: typed.accepted,
      reason: typed.reason ?? '',
      job: get('job'),
    }),
    [get, source, given, typed],
  );
  const change = useCallback(
    (changed: Partial<RestoreDraft>) => {
      const address: Record<string, string | undefined> = {};
      if ('source' in changed) {
        const own = changed.source === 'installation';
        Object.assign(address, {
          tenant: own ? undefined : changed.source,
          installation: own ? '1' : undefined,
          snapshot: undefined,
          plan: undefined,
        });
      }
      for (const name of ['step', 'snapshot', 'to', 'plan', 'job'] as const) {
        if (name in changed) address[name] = changed[name];
      }
      const choices = ['source', 'snapshot', 'to', 'folder'] as const;
      if (choices.some((name) => name in changed) && !('plan' in changed)) address.plan = undefined;
      set(address);
      const after = { ...typed };
      for (const name of typedNames)
        if (name in changed) Object.assign(after, { [name]: changed[name] ?? '' });
      setTyped(after);
      sessionStorage.setItem(key, JSON.stringify(after));
    },
    [set, typed],
  );
  return [draft, change];
}
