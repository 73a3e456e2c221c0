import { InvalidArgumentError } from 'commander';

/** A TCP port, 1 to 65535. InvalidArgumentError for anything else. */
export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw new InvalidArgumentError('A port is a number from 1 to 65535.');
  return port;
}
