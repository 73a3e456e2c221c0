// A start that carries out what waits, in a process that may be killed. Argument: the data folder.
import { EnterpriseSuite } from '../../main/suite/enterprise-suite.ts';
import { passphrase } from './opened-suite.ts';

const suite = await EnterpriseSuite.open({ dataFolder: process.argv[2] ?? '', unlock: { passphrase } });
console.log('open');
await suite.stop();
