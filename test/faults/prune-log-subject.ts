// The suite of a folder whose old entries are archived and pruned, in a process that may be killed. Argument: the data folder.
import { OpenedSuite } from './opened-suite.ts';

const opened = await OpenedSuite.open(process.argv[2] ?? '');
console.log('pruning');
await opened.finished(opened.client.audit.applyAuditRetention({}));
console.log('pruned');
await opened.stop();
