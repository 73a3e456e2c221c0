import { hostKey as hostKeyForm, readAddress, s3Place } from '../../../shared/target-place.ts';
import { usage } from './failure.ts';

/** What an address does not say. */
export interface PlaceOptions {
  readonly region?: string;
  readonly virtualHost?: true;
  readonly hostKey?: string;
}

/** Where an address with its options leads. Errors: USAGE. */
export function placeOf(address: string, { region, virtualHost, hostKey }: PlaceOptions) {
  const place = readAddress(address);
  if (place === undefined) {
    throw usage(
      `${address} is no address of a target. Write s3:https://host[:port]/bucket[/prefix] or sftp://user@host[:port]/path.`,
    );
  }
  if (place.kind === 'folder') return place;
  if (place.kind === 'sftp') {
    if (hostKey === undefined || hostKeyForm.safeParse(hostKey).success) return { ...place, hostKey };
    throw usage('--host-key is SHA256: and 43 characters, as `ssh-keygen -l` shows it.');
  }
  const read = s3Place.safeParse({ ...place, region, pathStyle: virtualHost !== true });
  if (read.success) return read.data;
  throw usage('--region is of letters, digits and "-".');
}
