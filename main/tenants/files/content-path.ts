import { join } from 'node:path';
import { contentPath as pathInFiles } from '../../row-hash/tenant-rows.ts';

/** Where a file's content lies in a tenant's folder: `files/<first 2 hex>/<SHA-256 hex>`, never changed once there. */
export function contentPath(tenantFolder: string, sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new TypeError('a content is named by its SHA-256 in hex');
  return pathInFiles(join(tenantFolder, 'files'), sha256);
}
