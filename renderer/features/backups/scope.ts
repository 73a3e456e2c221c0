import { chosenOwner, type Owner, ownerOption } from './owner.ts';

/** What a backup is of. */
export type Scope = Owner | { readonly all: true };

/** The command that makes a backup of it. */
export function backupCommand(scope: Scope): string {
  return `holdfast backup run ${option(scope)}`;
}

/** The command that tries its restore. */
export function drillCommand(scope: Scope): string {
  return `holdfast backup drill ${option(scope)}`;
}

function option(scope: Scope): string {
  return 'all' in scope ? '--all' : ownerOption(scope);
}

/** What is chosen where nothing stands for everything. */
export function scopeOf(choice: string | undefined): Scope {
  return chosenOwner(choice) ?? { all: true };
}

/** The same as the filter of a list. */
export function ownerFilter(choice: string | undefined): Owner | { tenant?: never; installation?: never } {
  return chosenOwner(choice) ?? {};
}
