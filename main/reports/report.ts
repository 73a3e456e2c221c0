/** One part of a report, in reading order. */
export type Block =
  | { readonly kind: 'heading'; readonly text: string; readonly lesser?: true }
  | { readonly kind: 'text'; readonly text: string; readonly strong?: true }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'facts'; readonly facts: readonly (readonly [name: string, value: string])[] }
  /** `widths`: of the columns, in proportion. */
  | {
      readonly kind: 'table';
      readonly head: readonly string[];
      readonly rows: readonly (readonly string[])[];
      readonly widths: readonly number[];
    }
  /** To be typed or pasted into a shell, line by line. */
  | { readonly kind: 'commands'; readonly lines: readonly string[] }
  /** A secret for paper: its groups to read and type, and all of it as a QR code. */
  | {
      readonly kind: 'secret';
      readonly groups: readonly string[];
      readonly text: string;
      readonly alt: string;
    }
  /** Lines to be filled in by hand. */
  | { readonly kind: 'blanks'; readonly labels: readonly string[] };

/** What the log can be compared with later, on paper. */
export interface ReportAnchor {
  /** The signed checkpoint of the installation's log (C2SP). */
  readonly checkpoint: string;
  /** The proof horizon in words. */
  readonly horizon: string;
}

/** What is printed, apart from how. */
export interface Report {
  readonly title: string;
  /** Stands at the foot of each page. */
  readonly foot: string;
  /** The head of the audit log at that time: printed at the end, as text and as a QR code. */
  readonly anchor?: ReportAnchor | undefined;
  /** When it was made, epoch milliseconds. */
  readonly time: number;
  /** To be kept for years: as PDF/A-2a (ISO 19005-2). */
  readonly archival?: true;
  /** A PNG or JPEG that was checked. */
  readonly logo?: { readonly image: Uint8Array; readonly alt: string } | undefined;
  readonly blocks: readonly Block[];
}
