// The suite of a folder that logs and lists without end, in a process that is killed: each list brings search.db up to the
// log. Says `indexing` once it has begun. Argument: the data folder.
import { OpenedSuite } from './opened-suite.ts';

const [folder = ''] = process.argv.slice(2);

const { client } = await OpenedSuite.open(folder);
for (let n = 0; ; n += 1) {
  await Promise.all(
    Array.from({ length: 20 }, (_, at) =>
      client.audit.logAction({
        action: at % 2 === 0 ? 'thing.even' : 'thing.odd',
        severity: 'info',
        outcome: 'success',
        facts: { word: `word${n}` },
      }),
    ),
  );
  await client.audit.getAuditTrail({ action: 'thing.odd', limit: 1 });
  if (n === 3) console.log('indexing');
}
