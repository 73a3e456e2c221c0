/** One part of a report, in reading order. */
export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string; readonly strong?: true }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'facts'; readonly facts: readonly (readonly [name: string, value: string])[] }
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

/** What is printed, apart from how. */
export interface Report {
  readonly title: string;
  /** Stands at the foot of each page. */
  readonly foot: string;
  /** When it was made, epoch milliseconds. */
  readonly time: number;
  readonly blocks: readonly Block[];
}
