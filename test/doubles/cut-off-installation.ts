import { makeProtected, type Protected, type ProtectedOptions } from './protected-installation.ts';

/** Opens what a process that was cut off left, as the next start does: what it had begun is ended or recovered. */
export async function openCutOff(options: ProtectedOptions): Promise<Protected> {
  const place = await makeProtected(options);
  try {
    await place.jobs.recover();
    await place.manager.start(
      () => place.operation('backup.restore'),
      (error) => {
        throw error;
      },
    );
    return place;
  } catch (error) {
    await place.close();
    throw error;
  }
}
