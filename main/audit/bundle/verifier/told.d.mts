export function sealedText(report: { readonly sealedAt: number | null }): string;
export function periodText(period: { readonly from: number | null; readonly to: number | null }): string;
export function statusText(control: { readonly status: string }): string;
export function basisText(control: {
  readonly queries: number;
  readonly recounted: number | null;
  readonly elsewhere: number;
  readonly absent: number;
  readonly stated: number;
}): string;
