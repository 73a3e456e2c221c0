import { commitClock, outbox } from '../shared-tables.ts';

export const base = { number: 1, name: 'base', sql: commitClock + outbox };
