/**
 * The grammar of scopes (RFC 6749 section 3.3 tokens), one place for principals, API keys and tokens:
 *
 *     scope    = resource ":" action
 *     resource = word *( "." word )
 *     action   = word / "*"
 *     word     = a lower-case letter, then letters, digits and "-"
 *
 * The wildcard stands only at the end and means every action of that one resource. What no scope grants is
 * denied, and a text outside the grammar grants nothing.
 */
const word = '[a-z][a-z0-9-]{0,31}';
const scopePattern = new RegExp(`^(${word}(?:\\.${word})*):(${word}|\\*)$`);
const maximumLength = 100;

export interface Scope {
  readonly resource: string;
  /** `*` for all of the resource's actions. */
  readonly action: string;
}

/** What a principal may do when nothing is said: everything with its own tenant's data. */
export const defaultScopes: readonly string[] = ['data:*'];

/** Answers null for a text outside the grammar. */
export function parseScope(text: string): Scope | null {
  if (text.length > maximumLength) return null;
  const [, resource, action] = scopePattern.exec(text) ?? [];
  return resource === undefined || action === undefined ? null : { resource, action };
}

/** Whether one of `granted` covers `asked`; an `asked` wildcard is covered by the same wildcard only. */
export function grants(granted: readonly string[], asked: string): boolean {
  const wanted = parseScope(asked);
  if (wanted === null) return false;
  return granted.some((text) => {
    const scope = parseScope(text);
    if (scope === null || scope.resource !== wanted.resource) return false;
    return scope.action === '*' || scope.action === wanted.action;
  });
}

/** The scopes that both sides grant, sorted, without those that a wildcard among them covers. */
export function intersectScopes(left: readonly string[], right: readonly string[]): string[] {
  const both = new Set([
    ...left.filter((scope) => grants(right, scope)),
    ...right.filter((scope) => grants(left, scope)),
  ]);
  const covered = (scope: string) =>
    grants(
      [...both].filter((other) => other !== scope),
      scope,
    );
  return [...both].filter((scope) => !covered(scope)).sort();
}
