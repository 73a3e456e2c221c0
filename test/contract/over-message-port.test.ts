import { describe } from 'vitest';
import { contractSuite } from './contract-suite.ts';
import { transports } from './transports.ts';

describe('over message-port', () => contractSuite(transports['message-port'], { guard: false }));
