import { describe } from 'vitest';
import { contractSuite } from './contract-suite.ts';
import { transports } from './transports.ts';

describe('over websocket', () => contractSuite(transports.websocket, { guard: false }));
