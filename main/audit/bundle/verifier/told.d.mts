export function sealedText(report: { readonly sealedAt: number | null }): string;
export function periodText(period: { readonly from: number | null; readonly to: number | null }): string;
