import { chosenOwner, type Owner, ownerOption } from '../owner.ts';

/** Whose snapshots one policy is about: an owner's own, or those of one protected folder. */
export type Subject = Owner | { readonly folderId: string };

/** The one that is chosen in the address. */
export function chosenSubject(tenant: string | undefined, folder: string | undefined): Subject | undefined {
  return tenant !== undefined && folder !== undefined ? { folderId: folder } : chosenOwner(tenant);
}

/** The same on the command line. */
export function subjectOption(subject: Subject): string {
  return 'folderId' in subject ? `--folder ${subject.folderId}` : ownerOption(subject);
}
