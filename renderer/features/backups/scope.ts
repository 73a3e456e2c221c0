import { installationChoice } from '../../ui/tenant-choice.tsx';

/** What a backup is of. */
export type Scope = { readonly tenant: string } | { readonly installation: true } | { readonly all: true };

/** The command that makes a backup of it. */
export function backupCommand(scope: Scope): string {
  return `holdfast backup run ${option(scope)}`;
}

/** The command that tries its restore. */
export function drillCommand(scope: Scope): string {
  return `holdfast backup drill ${option(scope)}`;
}

function option(scope: Scope): string {
  if ('tenant' in scope) return `--tenant ${scope.tenant}`;
  return 'all' in scope ? '--all' : '--installation';
}

/** What is chosen where nothing stands for everything. */
export function scopeOf(choice: string | undefined): Scope {
  if (choice === undefined) return { all: true };
  return choice === installationChoice ? { installation: true } : { tenant: choice };
}

/** The same as the filter of a list. */
export function ownerFilter(choice: string | undefined): { tenant?: string; installation?: true } {
  if (choice === undefined) return {};
  return choice === installationChoice ? { installation: true } : { tenant: choice };
}
