/** Texts of the restore screens. */
export const restore = {} as const;
