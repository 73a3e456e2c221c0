/** Texts of the tenants screens. */
export const tenants = {} as const;
