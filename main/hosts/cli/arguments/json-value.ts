import { z } from 'zod';
import { usage } from '../failure.ts';

const json = z.json();

/** JSON text as given on the command line or on standard input. USAGE when it is none. */
export function parseJson(text: string) {
  try {
    return json.parse(JSON.parse(text));
  } catch (cause) {
    throw usage(`Not JSON: ${cause instanceof Error ? cause.message : 'unreadable'}`);
  }
}
