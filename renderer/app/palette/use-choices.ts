import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import type { Permission } from '../../../shared/roles.ts';
import { allows } from '../../../shared/roles.ts';
import { type PlainKey, t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { sections } from '../sections.ts';
import { useSession } from '../session.tsx';
import { fitting, type PaletteChoice } from './choices.ts';

const settleMs = 150;
const mostTenants = 8;

interface Acts {
  lock(): unknown;
  showKeys(): unknown;
}

/** What the palette offers for what was typed. Tenants are searched once typing has settled. */
export function useChoices(typed: string, { lock, showKeys }: Acts): readonly PaletteChoice[] {
  const { client, query } = useApi();
  const { role } = useSession();
  const [, go] = useLocation();
  const search = useSettled(typed.trim());
  const found = useQuery(
    query.tenants.listTenants.queryOptions({
      input: { search, limit: mostTenants },
      enabled: search !== '',
      placeholderData: keepPreviousData,
    }),
  );
  const openJob = async (started: Promise<{ readonly jobId: string }>) =>
    go(`/jobs/${(await started).jobId}`);
  const actions: readonly (readonly [PlainKey, Permission, () => unknown])[] = [
    ['shell.palette.actions.createTenant', 'tenants:write', () => go('/tenants?create=1')],
    ['shell.palette.actions.addSample', 'tenants:write', () => go('/tenants?sample=1')],
    [
      'shell.palette.actions.backUpAll',
      'backups:write',
      () => openJob(client.backups.createBackup({ scope: { all: true } })),
    ],
    ['shell.palette.actions.verifyLog', 'audit:read', () => openJob(client.audit.verifyAuditLog({}))],
    ['shell.palette.actions.restore', 'backups:restore', () => go('/backups/restore')],
    ['shell.palette.actions.keys', 'suite:read', showKeys],
    ['shell.palette.actions.lock', 'suite:read', lock],
  ];
  const tenants = search === '' || typed.trim() === '' ? [] : (found.data?.items ?? []);
  return [
    ...fitting(
      sections.map(
        ({ path, label }): PaletteChoice => ({
          key: path,
          group: 'sections',
          text: t(label),
          run: () => go(path),
        }),
      ),
      typed,
    ),
    ...tenants.map(
      ({ id, name }): PaletteChoice => ({
        key: id,
        group: 'tenants',
        text: name,
        run: () => go(`/tenants/${id}`),
      }),
    ),
    ...fitting(
      actions
        .filter(([, permission]) => allows(role, permission))
        .map(([text, , run]): PaletteChoice => ({ key: text, group: 'actions', text: t(text), run })),
      typed,
    ),
  ];
}

function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), settleMs);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
