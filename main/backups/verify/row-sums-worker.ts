import { serveCall } from '../../jobs/serve-call.ts';
import { Connection, reading } from '../../storage/connection.ts';
import { type RowSum, type RowSumInput, sumRows } from './row-sums.ts';

serveCall<RowSumInput, RowSum[]>(async ({ file, ...part }, context) => {
  const connection = new Connection(file, { name: 'data' });
  try {
    connection.pragma('cache_size = -1000'); // KiB: each page is read once
    return await sumRows(reading(connection), part, context);
  } finally {
    connection.close();
  }
});
