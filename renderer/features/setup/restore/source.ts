import type { Client } from '../../../rpc/api.tsx';
import { shellWord } from '../../../ui/command-line.tsx';
import {
  addressText,
  isPlaceComplete,
  type PlaceDraft,
  placeOptions,
  remoteOf,
} from '../../../ui/place/place-draft.ts';
import { isWholePath } from '../first-run/target-step.tsx';

/** Where the backups lie, as it is entered. */
export interface SourceDraft {
  readonly place: PlaceDraft;
  /** Where those from another machine are brought to. */
  readonly folder: string;
}

type Recovery = Parameters<Client['setup']['recoverInstallation']>[0];

export function isSourceReady({ place, folder }: SourceDraft): boolean {
  return place.kind === 'folder' ? isWholePath(place.path) : isPlaceComplete(place) && isWholePath(folder);
}

/** What a recovery is told of it. `hostKey`: the fingerprint that was confirmed. */
export function recoverySource(
  { place, folder }: SourceDraft,
  hostKey: string | undefined,
): Pick<Recovery, 'target' | 'remote'> {
  const remote = remoteOf(place, hostKey);
  return remote === undefined ? { target: place.path.trim() } : { target: folder.trim(), remote };
}

/** As people write it. */
export function sourceText({ place }: SourceDraft): string {
  return place.kind === 'folder' ? place.path.trim() : addressText(place);
}

/** Words of the command that does the same. */
export function sourceOptions(source: SourceDraft, hostKey: string | undefined): string {
  const { place, folder } = source;
  const target = `--target ${shellWord(sourceText(source))}`;
  if (place.kind === 'folder') return target;
  return [target, `--backups-to ${shellWord(folder.trim())}`, ...placeOptions(place, hostKey)].join(' ');
}
