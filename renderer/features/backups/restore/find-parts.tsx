import { Body1, Button, Checkbox, makeStyles } from '@fluentui/react-components';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { FoundPart } from '../../../../shared/contract/backups/points.ts';
import { formatBytes } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { Choice } from '../../../ui/choice.tsx';
import type { Column } from '../../../ui/data-list/column.ts';
import { DataList } from '../../../ui/data-list/data-list.tsx';
import { FilterBar } from '../../../ui/data-list/filter-bar.tsx';
import { firstPage, nextPage, usePages } from '../../../ui/data-list/use-pages.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { Time } from '../../../ui/time.tsx';
import type { Opened } from './opened.ts';

const useStyles = makeStyles({
  list: { height: '240px', display: 'flex', flexDirection: 'column' },
  // the row is what is clicked, and keeps the keys
  box: { pointerEvents: 'none' },
});

interface FindPartsProps {
  readonly opened: Opened;
  /** Parts that are chosen already. */
  readonly chosen: ReadonlySet<string>;
  readonly onToggle: (part: string) => void;
  /** It was put away meanwhile, or cannot be read. */
  readonly onAgain: () => void;
}

/** Documents and files of the chosen moment, found by a piece of their id or name, to choose among them. */
export function FindParts({ opened, chosen, onToggle, onAgain }: FindPartsProps) {
  const styles = useStyles();
  const { query } = useApi();
  const [text, setText] = useState('');
  const [collection, setCollection] = useState<string>();
  const loaded = usePages<FoundPart>(
    useInfiniteQuery(
      query.backups.findRestoreParts.infiniteOptions({
        input: (cursor: string | undefined) => ({
          pointId: opened.pointId,
          text,
          ...(collection === undefined ? {} : { collection }),
          limit: 200,
          cursor,
        }),
        initialPageParam: firstPage,
        getNextPageParam: nextPage,
        retry: false,
      }),
    ),
  );
  return (
    <>
      <Body1>
        {t('restore.find.of')} <Time value={opened.time} />
      </Body1>
      <FilterBar search={{ value: text, onChange: setText, label: t('restore.find.search') }}>
        <Choice
          label={t('restore.find.where')}
          value={collection}
          any={t('restore.find.everywhere')}
          options={opened.places.map((each) => [
            each.collection,
            `${each.collection === '$files' ? t('restore.find.files') : each.collection} (${each.count})`,
          ])}
          onChange={setCollection}
        />
      </FilterBar>
      <div className={styles.list}>
        <DataList
          label={t('restore.find.label')}
          loaded={{ ...loaded, reload: onAgain }}
          rowKey={({ part }) => part}
          total={loaded.more ? undefined : loaded.rows.length}
          onOpen={({ part }) => onToggle(part)}
          minWidth={480}
          columns={columnsWith(chosen, styles.box)}
          empty={
            <EmptyState
              title={t('restore.find.none')}
              action={
                (text !== '' || collection !== undefined) && (
                  <Button
                    onClick={() => {
                      setText('');
                      setCollection(undefined);
                    }}
                  >
                    {t('common.clear')}
                  </Button>
                )
              }
            />
          }
        />
      </div>
    </>
  );
}

function columnsWith(chosen: ReadonlySet<string>, box: string): readonly Column<FoundPart>[] {
  return [
    {
      key: 'chosen',
      header: t('restore.find.columns.chosen'),
      width: '72px',
      render: ({ part }) => (
        <Checkbox className={box} checked={chosen.has(part)} aria-label={part} tabIndex={-1} />
      ),
    },
    {
      key: 'part',
      header: t('restore.find.columns.part'),
      width: 'minmax(160px, 1fr)',
      render: ({ part }) => <span title={part}>{part}</span>,
    },
    {
      key: 'size',
      header: t('restore.find.columns.size'),
      width: '84px',
      align: 'end',
      render: ({ bytes }) => formatBytes(bytes),
    },
    {
      key: 'time',
      header: t('restore.find.columns.time'),
      width: '170px',
      render: ({ time }) => <Time value={time} />,
    },
  ];
}
