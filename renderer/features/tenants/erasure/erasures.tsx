import { useInfiniteQuery } from '@tanstack/react-query';
import type { Erasure } from '../../../../shared/contract/erasures.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import type { Column } from '../../../ui/data-list/column.ts';
import { DataList } from '../../../ui/data-list/data-list.tsx';
import { firstPage, nextPage, usePages } from '../../../ui/data-list/use-pages.ts';
import { WithDetails } from '../../../ui/details-pane.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { Page } from '../../../ui/page.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { TextLink } from '../../../ui/text-link.tsx';
import { Time } from '../../../ui/time.tsx';
import { useSearch } from '../../../ui/use-search.ts';
import { ErasureDetails } from './erasure-details.tsx';

/** Tenants that were erased: where their backups lay, and whether anything of them can still be found. */
export function Erasures() {
  const { query } = useApi();
  const [get, set] = useSearch();
  const loaded = usePages<Erasure>(
    useInfiniteQuery(
      query.tenants.listErasures.infiniteOptions({
        input: (cursor: string | undefined) => ({ limit: 200, cursor }),
        initialPageParam: firstPage,
        getNextPageParam: nextPage,
      }),
    ),
  );
  const open = loaded.rows.find(({ tenantId }) => tenantId === get('tenant'));
  return (
    <Page title={t('erasure.title')} above={<TextLink href="/tenants">{t('tenants.up')}</TextLink>}>
      <WithDetails
        pane={
          open && {
            title: open.slug,
            content: <ErasureDetails key={open.tenantId} erasure={open} />,
            onClose: () => set({ tenant: undefined }),
          }
        }
      >
        <DataList
          label={t('erasure.label')}
          columns={columns}
          loaded={loaded}
          rowKey={({ tenantId }) => tenantId}
          total={loaded.more ? undefined : loaded.rows.length}
          selected={open?.tenantId}
          onOpen={({ tenantId }) => set({ tenant: tenantId })}
          minWidth={640}
          empty={<EmptyState title={t('erasure.emptyTitle')} text={t('erasure.emptyText')} />}
        />
      </WithDetails>
    </Page>
  );
}

const columns: readonly Column<Erasure>[] = [
  { key: 'slug', header: t('erasure.columns.slug'), width: 'minmax(120px, 1fr)', render: ({ slug }) => slug },
  {
    key: 'erased',
    header: t('erasure.columns.erased'),
    width: '170px',
    render: ({ erasedAt }) => <Time value={erasedAt} />,
  },
  {
    key: 'places',
    header: t('erasure.columns.places'),
    width: 'minmax(200px, 1fr)',
    render: ({ places }) => <PlacesState places={places} />,
  },
  {
    key: 'proof',
    header: t('erasure.columns.proof'),
    width: '150px',
    render: ({ proof }) =>
      proof === null ? (
        t('erasure.proof.none')
      ) : (
        <StateBadge
          tone={proof.ok ? 'good' : 'warning'}
          text={t(proof.ok ? 'erasure.proof.clean' : 'erasure.proof.left')}
        />
      ),
  },
];

function PlacesState({ places }: Pick<Erasure, 'places'>) {
  const count = (state: Erasure['places'][number]['state']) =>
    places.filter((place) => place.state === state).length;
  const locked = places.filter((place) => place.locked !== null);
  const pending = count('pending') - locked.length;
  const abandoned = count('abandoned');
  if (pending > 0)
    return <StateBadge tone="warning" text={t('erasure.places.pending', { count: pending })} />;
  if (abandoned > 0)
    return <StateBadge tone="bad" text={t('erasure.places.abandoned', { count: abandoned })} />;
  if (locked.length > 0) {
    const isReadable = locked.some((place) => place.locked?.readable);
    return (
      <StateBadge
        tone={isReadable ? 'warning' : 'info'}
        text={t(isReadable ? 'erasure.places.lockedReadable' : 'erasure.places.locked', {
          count: locked.length,
        })}
      />
    );
  }
  return <StateBadge tone="good" text={t('erasure.places.complete')} />;
}
