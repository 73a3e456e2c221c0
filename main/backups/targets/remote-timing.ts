/** How long a server on another machine is waited for; tests and screens wait less. */
export interface RemoteTiming {
  /** Milliseconds before each further attempt. */
  readonly pauses?: readonly number[] | undefined;
  /** Milliseconds without an answer after which it counts as away. */
  readonly silenceMs?: number | undefined;
  /** Epoch milliseconds. */
  readonly now?: (() => number) | undefined;
}
