import { useCallback, useMemo, useRef, useState } from 'react';
import { tiers } from '../../../../shared/tiers.ts';
import { useSearch } from '../../../ui/use-search.ts';
import { places, type RestoreDraft } from './restore-draft.ts';
import { steps } from './steps.ts';

const key = 'holdfast.restore';
const typedNames = ['folder', 'parts', 'name', 'reason', 'accepted'] as const;
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

function timeIn(text: string | undefined): string | undefined {
  return text === undefined || Number.isNaN(Date.parse(text)) ? undefined : new Date(text).toISOString();
}

/** The draft, and how to change it; what a change makes obsolete goes with it. */
export function useRestoreDraft(): readonly [RestoreDraft, (changed: Partial<RestoreDraft>) => void] {
  const [get, set] = useSearch();
  // an address without a step is a new beginning: what was typed for an earlier restore is none of its business
  const [typed, setTyped] = useState(() => (get('step') === undefined ? {} : readTyped()));
  // answers of the core arrive between two renderings too, and must not undo what was typed meanwhile
  const latest = useRef(typed);
  const source = get('installation') === undefined ? get('tenant') : 'installation';
  const given = get('to');
  const draft = useMemo<RestoreDraft>(
    () => ({
      step: steps.find((known) => known === get('step')) ?? 'what',
      source,
      snapshot: get('snapshot'),
      at: timeIn(get('at')),
      from: get('from'),
      to: places.find((known) => known === given),
      folder: typed.folder ?? '',
      parts: typed.parts ?? '',
      name: typed.name ?? '',
      tier: tiers.find((known) => known === get('tier')),
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
          at: undefined,
          from: undefined,
          plan: undefined,
        });
      }
      for (const name of ['step', 'snapshot', 'at', 'from', 'to', 'tier', 'plan', 'job'] as const) {
        if (name in changed) address[name] = changed[name];
      }
      const choices = ['source', 'snapshot', 'at', 'from', 'to', 'folder', 'parts', 'name', 'tier'] as const;
      if (choices.some((name) => name in changed) && !('plan' in changed)) address.plan = undefined;
      set(address);
      const after = { ...latest.current };
      for (const name of typedNames)
        if (name in changed) Object.assign(after, { [name]: changed[name] ?? '' });
      latest.current = after;
      setTyped(after);
      sessionStorage.setItem(key, JSON.stringify(after));
    },
    [set],
  );
  return [draft, change];
}
