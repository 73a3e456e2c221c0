import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { SubjectErasure } from '../../../../shared/contract/subjects.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import type { Column } from '../../../ui/data-list/column.ts';
import { DataList } from '../../../ui/data-list/data-list.tsx';
import { firstPage, nextPage, usePages } from '../../../ui/data-list/use-pages.ts';
import { WithDetails } from '../../../ui/details-pane.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { JobPanel } from '../../../ui/job-panel.tsx';
import { list, text } from '../../../ui/json-member.ts';
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
  const jobId = get('job');
  const open = loaded.rows.find(({ subjectId }) => subjectId === get('person'));
  return (
    <Page title={t('subject.title')} above={<TextLink href="/tenants">{t('tenants.up')}</TextLink>}>
      {jobId !== undefined && (
        <JobPanel
          jobId={jobId}
          onClose={() => set({ job: undefined })}
          done={(job) => <JustErased places={list(job.result, 'places')} />}
        />
      )}
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

/** Says how it ended, and has every list read again that showed the person. */
function JustErased({ places }: { readonly places: readonly unknown[] }) {
  const { query } = useApi();
  const queries = useQueryClient();
  useEffect(() => {
    void queries.invalidateQueries({ queryKey: query.tenants.key() });
    void queries.invalidateQueries({ queryKey: query.auth.key() });
  }, [query, queries]);
  return t(
    places.some((place) => text(place, 'state') === 'pending') ? 'subject.donePending' : 'subject.done',
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
