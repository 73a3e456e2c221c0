/** Texts of the backups screens. */
export const backups = {} as const;
