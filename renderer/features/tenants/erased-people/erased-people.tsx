import { useInfiniteQuery } from '@tanstack/react-query';
import type { SubjectErasure } from '../../../../shared/contract/subjects.ts';
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
import { ErasedPerson } from './erased-person.tsx';

/** People who were erased, by their pseudonym, and whether a target still holds a copy of the key. */
export function ErasedPeople() {
  const { query } = useApi();
  const [get, set] = useSearch();
  const loaded = usePages<SubjectErasure>(
    useInfiniteQuery(
      query.tenants.listSubjectErasures.infiniteOptions({
        input: (cursor: string | undefined) => ({ limit: 200, cursor }),
        initialPageParam: firstPage,
        getNextPageParam: nextPage,
      }),
    ),
  );
  const open = loaded.rows.find(({ subjectId }) => subjectId === get('person'));
  return (
    <Page title={t('subject.title')} above={<TextLink href="/tenants">{t('tenants.up')}</TextLink>}>
      <WithDetails
        pane={
          open && {
            title: open.pseudonym,
            content: <ErasedPerson key={open.subjectId} erasure={open} />,
            onClose: () => set({ person: undefined }),
          }
        }
      >
        <DataList
          label={t('subject.label')}
          columns={columns}
          loaded={loaded}
          rowKey={({ subjectId }) => subjectId}
          total={loaded.more ? undefined : loaded.rows.length}
          selected={open?.subjectId}
          onOpen={({ subjectId }) => set({ person: subjectId })}
          minWidth={640}
          empty={<EmptyState title={t('subject.emptyTitle')} text={t('subject.emptyText')} />}
        />
      </WithDetails>
    </Page>
  );
}

const columns: readonly Column<SubjectErasure>[] = [
  {
    key: 'person',
    header: t('subject.columns.person'),
    width: 'minmax(210px, 1fr)',
    render: ({ pseudonym }) => pseudonym,
  },
  {
    key: 'kind',
    header: t('subject.columns.kind'),
    width: '100px',
    render: ({ kind }) => t(`subject.kinds.${kind}`),
  },
  {
    key: 'erased',
    header: t('subject.columns.erased'),
    width: '170px',
    render: ({ erasedAt }) => <Time value={erasedAt} />,
  },
  {
    key: 'places',
    header: t('subject.columns.places'),
    width: 'minmax(170px, 1fr)',
    render: (erasure) => <Places erasure={erasure} />,
  },
];

function Places({ erasure: { places, keyDestroyedAt } }: { readonly erasure: SubjectErasure }) {
  const count = (state: SubjectErasure['places'][number]['state']) =>
    places.filter((place) => place.state === state).length;
  const [pending, abandoned] = [count('pending'), count('abandoned')];
  if (keyDestroyedAt === null) return <StateBadge tone="bad" text={t('subject.places.unfinished')} />;
  if (pending > 0)
    return <StateBadge tone="warning" text={t('subject.places.pending', { count: pending })} />;
  if (abandoned > 0)
    return <StateBadge tone="bad" text={t('subject.places.abandoned', { count: abandoned })} />;
  return <StateBadge tone="good" text={t('subject.places.complete')} />;
}
