import { Spinner, Tab } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Page } from '../../ui/page.tsx';
import { SampleBadge } from '../../ui/sample-badge.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { Data } from './data/data.tsx';
import { Files } from './files/files.tsx';
import { Folders } from './folders/folders.tsx';
import { Imports } from './imports/imports.tsx';
import { TenantState } from './list/columns.tsx';
import { Overview } from './overview/overview.tsx';
import { People } from './people/people.tsx';

const tabs = ['overview', 'people', 'data', 'files', 'imports', 'folders'] as const;

/** One tenant. */
export function Tenant({
  tenant: reference,
  tab,
}: {
  readonly tenant: string;
  readonly tab: string | undefined;
}) {
  const { query } = useApi();
  const [, go] = useLocation();
  const found = useQuery(query.tenants.getTenant.queryOptions({ input: { tenant: reference } }));
  const current = tabs.find((known) => known === tab) ?? 'overview';
  const above = <TextLink href="/tenants">{t('tenants.up')}</TextLink>;
  if (found.data === undefined) {
    return (
      <Page title={t('shell.navigation.tenants')} above={above}>
        {found.error ? (
          <ErrorNote error={found.error} onRetry={() => void found.refetch()} />
        ) : (
          <Spinner label={t('common.loading')} />
        )}
      </Page>
    );
  }
  const tenant = found.data;
  return (
    <Page
      title={tenant.name}
      above={above}
      marks={
        <>
          <TenantState state={tenant.state} /> {tenant.sample && <SampleBadge />}
        </>
      }
    >
      <Tabs
        selectedValue={current}
        onTabSelect={(_, { value }) => go(`/tenants/${tenant.id}/${String(value)}`)}
      >
        {tabs.map((name) => (
          <Tab key={name} value={name}>
            {t(`tenants.tabs.${name}`)}
          </Tab>
        ))}
      </Tabs>
      {current === 'overview' && <Overview tenant={tenant} />}
      {current === 'people' && <People tenant={tenant} />}
      {current === 'data' && <Data tenant={tenant} />}
      {current === 'files' && <Files tenant={tenant} />}
      {current === 'imports' && <Imports tenant={tenant} />}
      {current === 'folders' && <Folders tenant={tenant} />}
    </Page>
  );
}
