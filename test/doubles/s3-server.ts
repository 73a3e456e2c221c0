import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';
import type { S3Location } from '../../main/backups/targets/location.ts';

/** s3rver knows these alone. */
export const s3Credentials = {
  kind: 'access-key',
  accessKeyId: 'S3RVER',
  secretAccessKey: 'S3RVER',
} as const;

export interface S3Server {
  readonly port: number;
  /** Where objects lie on the disk. */
  readonly folder: string;
  location(prefix?: string): S3Location;
  close(): Promise<void>;
}

/** A real S3 server on loopback, with the one bucket `backups`. */
export async function startS3Server(): Promise<S3Server> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-s3-'));
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory: folder,
    configureBuckets: [{ name: 'backups' }],
  });
  const { port } = await server.run();
  return {
    port,
    folder,
    location: (prefix = '') => ({
      kind: 's3',
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      bucket: 'backups',
      prefix,
      pathStyle: true,
      credentials: s3Credentials,
    }),
    async close() {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
