import { Button, Tooltip } from '@fluentui/react-components';
import { ArrowDownloadRegular } from '@fluentui/react-icons';
import { t } from '../i18n/translate.ts';
import { ErrorNote } from './error-note.tsx';
import { saveFile } from './save-file.ts';
import { useAttempt } from './use-attempt.ts';

/** A column of an export: its name, and its text for a row. */
export type ExportColumn<Row> = readonly [name: string, text: (row: Row) => string | number | boolean | null];

interface ExportListProps<Row> {
  /** Of the file, without its ending. */
  readonly name: string;
  readonly columns: readonly ExportColumn<Row>[];
  /** One page of what the list shows under its present filter. */
  readonly page: (
    cursor: string | undefined,
  ) => Promise<{ readonly items: readonly Row[]; readonly next: string | null }>;
}

const mostRows = 100_000;

/** Saves exactly what a list shows, all pages of it, as CSV (RFC 4180) in which no cell can act as a formula. */
export function ExportList<Row>({ name, columns, page }: ExportListProps<Row>) {
  const { busy, error, attempt } = useAttempt();

  async function save() {
    const rows: Row[] = [];
    let cursor: string | undefined;
    do {
      const { items, next } = await page(cursor);
      rows.push(...items);
      cursor = next ?? undefined;
    } while (cursor !== undefined && rows.length < mostRows);
    const { stringify } = await import('csv-stringify/browser/esm/sync');
    const table = rows.slice(0, mostRows).map((row) => columns.map(([, text]) => text(row)));
    const csv = stringify([columns.map(([column]) => column), ...table], {
      escape_formulas: true,
      record_delimiter: 'windows',
    });
    saveFile(csv, 'text/csv;charset=utf-8', `${name}.csv`);
  }

  return (
    <>
      <Tooltip content={t('common.exportList')} relationship="label">
        <Button
          appearance="subtle"
          icon={<ArrowDownloadRegular />}
          disabled={busy}
          onClick={() => void attempt(save)}
        />
      </Tooltip>
      <ErrorNote error={error} />
    </>
  );
}
