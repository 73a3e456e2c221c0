import { describe } from 'vitest';
import { contractSuite } from './contract-suite.ts';
import { transports } from './transports.ts';

describe('over local-socket', () => contractSuite(transports['local-socket'], { guard: false }));
