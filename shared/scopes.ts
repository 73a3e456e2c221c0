const part = '[a-z][a-z0-9-]{0,39}';

/** `resource:action`, or `resource:*` for every action of it; the wildcard stands nowhere else. */
const scopePattern = new RegExp(`^${part}:(?:${part}|\\*)$`);

export function isScope(text: string): boolean {
  return scopePattern.test(text);
}

/** Whether `grant` covers `scope`. What is not of the grammar covers nothing and is covered by nothing. */
export function matches(grant: string, scope: string): boolean {
  if (!isScope(grant) || !isScope(scope)) return false;
  return grant === scope || (grant.endsWith(':*') && scope.startsWith(grant.slice(0, -1)));
}

/** Whether one of `grants` covers `scope`. */
export function permits(grants: readonly string[], scope: string): boolean {
  return grants.some((grant) => matches(grant, scope));
}

/** What both sides cover: of each pair the narrower one, sorted, each once. */
export function intersect(left: readonly string[], right: readonly string[]): string[] {
  const both = new Set([
    ...left.filter((scope) => permits(right, scope)),
    ...right.filter((scope) => permits(left, scope)),
  ]);
  return [...both].sort();
}
