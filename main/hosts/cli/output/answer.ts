import type { HoldfastError } from '../../../../shared/errors.ts';
import type { Terminal } from '../terminal.ts';
import { plain, plainJson } from './text.ts';

/** The one document on standard output, or the text for people. */
export function printAnswer({ stdout }: Terminal, json: boolean, document: unknown, text: string): void {
  stdout.write(json ? `${plainJson(document)}\n` : `${text}\n`);
}

export function printFailure({ stdout, stderr }: Terminal, json: boolean, error: HoldfastError): void {
  const { code, message, data } = error;
  if (json) stdout.write(`${plainJson({ error: { code, message, data } })}\n`);
  else stderr.write(`holdfast: ${message.split('\n').map(plain).join('\n')} [${code}]\n`);
}
