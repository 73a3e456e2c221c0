/** Certificates in PEM form. Throws Tampered. */
export function parsePem(text: string, what: string): readonly unknown[];
