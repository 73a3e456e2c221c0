/** Texts of the access screens. */
export const access = {} as const;
