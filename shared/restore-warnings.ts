/** What is worth knowing before a restore into a folder, and does not stand in its way. */
export const restoreWarningKinds = [
  'network-folder', // `subject`: the file system's name
  'synced-folder', // `subject`: the service that copies it elsewhere
  'open-folder', // others on this machine may read what is beside it
  'names-refused', // names that the disk does not take: those files lie under their SHA-256
  'names-collide', // names that differ by their case only, on a disk that does not tell them apart
  'paths-too-long',
] as const;
export type RestoreWarningKind = (typeof restoreWarningKinds)[number];
