import { createHash } from 'node:crypto';
import { join } from 'node:path';

/**
 * Where Chromium keeps what is its own: apart for each data folder, so that each has one window. Never Electron's default, which
 * is the data folder itself on macOS.
 */
export function profileFolder(applicationData: string, dataFolder: string): string {
  const name = createHash('sha256').update(dataFolder).digest('hex').slice(0, 16);
  return join(applicationData, 'holdfast-window', name);
}
