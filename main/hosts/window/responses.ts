import type { ErrorCode, HoldfastError } from '../../../shared/errors.ts';

const statuses: Partial<Record<ErrorCode, number>> = {
  VALIDATION: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  STORAGE_FULL: 507,
  UNAVAILABLE: 503,
};

/** An error of the contract as an HTTP answer. */
export function refusal({ code, message, data }: HoldfastError): Response {
  return Response.json({ code, message, data }, { status: statuses[code] ?? 500 });
}

/** `attachment` under a name of any characters (RFC 6266, RFC 8187). */
export function contentDisposition(name: string): string {
  const ascii = name.replaceAll(/[^A-Za-z0-9._ -]/g, '_');
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
