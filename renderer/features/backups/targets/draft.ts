import type { Client } from '../../../rpc/api.tsx';
import { shellWord } from '../../../ui/command-line.tsx';
import {
  addressText,
  emptyPlace,
  isPlaceComplete,
  type PlaceDraft,
  placeOf,
  placeOptions,
  remoteOf,
} from '../../../ui/place/place-draft.ts';
import { type CoverDraft, coverOf, coverOption, everybody, isCoverComplete } from './cover-draft.ts';

type Addition = Parameters<Client['backups']['addTarget']>[0];

/** What stands in the fields of a target. */
export interface Draft extends PlaceDraft, CoverDraft {
  readonly name: string;
  /** kB a second; empty: as fast as it goes. */
  readonly limit: string;
}

export const emptyDraft: Draft = { ...emptyPlace, ...everybody, name: '', limit: '' };

export const isLimit = (text: string) => text === '' || /^[1-9]\d{0,8}$/.test(text);
export const bytesPerSecond = (limit: string) => (limit === '' ? null : Number(limit) * 1000);

export function isComplete(draft: Draft): boolean {
  return draft.name.trim() !== '' && isLimit(draft.limit) && isCoverComplete(draft) && isPlaceComplete(draft);
}

/** `hostKey`: the fingerprint that was confirmed. */
export function additionOf(draft: Draft, hostKey: string | undefined): Addition {
  const { name, limit } = draft;
  const remote = remoteOf(draft, hostKey);
  const covers = coverOf(draft);
  return {
    name,
    bytesPerSecond: bytesPerSecond(limit),
    covers,
    ...(remote ?? { place: placeOf(draft, hostKey) }),
  };
}

/** The command that does the same; secrets stand in a file. */
export function addCommand(draft: Draft, hostKey: string | undefined): string {
  const rate = bytesPerSecond(draft.limit);
  return [
    'holdfast backup target add',
    shellWord(addressText(draft)),
    `--name ${shellWord(draft.name.trim() || 'NAME')}`,
    ...placeOptions(draft, hostKey),
    ...(rate === null ? [] : [`--bytes-per-second ${rate}`]),
    ...(draft.cover === 'all' ? [] : [coverOption(draft)]),
  ].join(' ');
}
