/** What only owners may do, with a fresh proof of who they are: it decides whose word counts about the log, or where it goes. */
export const ownersChange = {
  permission: 'operators:write',
  severity: 'critical',
  critical: true,
  stepUp: true,
} as const;
