import { describe } from 'vitest';
import { contractSuite } from './contract-suite.ts';
import { transports } from './transports.ts';

describe('over in-process', () => contractSuite(transports['in-process'], { guard: true }));
