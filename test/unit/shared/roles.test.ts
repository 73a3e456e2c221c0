import { expect, test } from 'vitest';
import { allows, type Permission, permissions, roles } from '../../../shared/roles.ts';

// owner, administrator, operator, auditor
const table: Record<Permission, string> = {
  'suite:read': 'yyyy',
  'operators:read': 'yyyy',
  'operators:write': 'y---',
  'tenants:read': 'yyyy',
  'tenants:write': 'yy--',
  'principals:read': 'yyyy',
  'principals:write': 'yyy-',
  'data:read': 'yyyy',
  'data:write': 'yyy-',
  'keys:read': 'yyyy',
  'keys:write': 'yy--',
  'audit:read': 'yyyy',
  'audit:write': 'yyy-',
  'breaches:read': 'yyyy',
  'breaches:write': 'yyy-',
  'breaches:decide': 'yy--',
  'backups:read': 'yyyy',
  'backups:write': 'yyy-',
  'backups:restore': 'yy--',
  'jobs:read': 'yyyy',
  'jobs:write': 'yyy-',
};

test.each(permissions)('who may %s', (permission) => {
  const answers = roles.map((role) => (allows(role, permission) ? 'y' : '-')).join('');
  expect(answers).toBe(table[permission]);
});
