/** What a backup is of. */
export type Scope = { readonly tenant: string } | { readonly installation: true } | { readonly all: true };

/** The command that makes a backup of it. */
export function backupCommand(scope: Scope): string {
  if ('tenant' in scope) return `holdfast backup run --tenant ${scope.tenant}`;
  return 'all' in scope ? 'holdfast backup run --all' : 'holdfast backup run --installation';
}
