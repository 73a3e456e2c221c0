/**
 * First words of the actions that Holdfast logs itself, and of those kept for it. Nobody's own event may begin with
 * one: it would read like an act of the system, and some are acted on (`log.checkpoint`, `backup.create`).
 */
const reservedWords: ReadonlySet<string> = new Set([
  'alert',
  'approval',
  'audit',
  'auth',
  'backup',
  'breach',
  'data',
  'erasure',
  'file',
  'holdfast',
  'installation',
  'job',
  'log',
  'operator',
  'policy',
  'principal',
  'retention',
  'schedule',
  'settings',
  'subject',
  'suite',
  'tenant',
  'witness',
]);

/** Whether an action, such as `log.checkpoint`, is one that only Holdfast itself logs. */
export function isReservedAction(action: string): boolean {
  const [first = ''] = action.split('.', 1);
  return reservedWords.has(first);
}
