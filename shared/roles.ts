export const roles = ['owner', 'administrator', 'operator', 'auditor'] as const;
export type Role = (typeof roles)[number];

/** `resource:action`; an operation of the contract names exactly one. */
export const permissions = [
  'suite:read',
  'operators:read',
  'operators:write',
  'tenants:read',
  'tenants:write',
  'principals:read',
  'principals:write',
  'data:read',
  'data:write',
  'keys:read',
  'keys:write',
  'audit:read',
  'audit:write',
  'breaches:read',
  'breaches:write',
  'breaches:decide',
  'backups:read',
  'backups:write',
  'backups:restore',
  'jobs:read',
  'jobs:write',
] as const;
export type Permission = (typeof permissions)[number];

const reading = permissions.filter((permission) => permission.endsWith(':read'));

/** Deny by default: what is not listed here is refused. Auditors read everything and change nothing. */
const permissionsOf = {
  owner: permissions,
  administrator: permissions.filter((permission) => permission !== 'operators:write'),
  operator: [
    ...reading,
    'data:write',
    'principals:write',
    'backups:write',
    'audit:write',
    'breaches:write',
    'jobs:write',
  ],
  auditor: reading,
} as const satisfies Record<Role, readonly Permission[]>;

export function allows(role: Role, permission: Permission): boolean {
  return (permissionsOf[role] as readonly Permission[]).includes(permission);
}
