interface Place {
  readonly at: number;
  readonly count: number;
  /** Rows that Page Up and Page Down pass. */
  readonly page: number;
}

/** Where a key moves to in a list (ARIA Authoring Practices, grid); undefined for a key that does not move. */
export function moveTo(key: string, { at, count, page }: Place): number | undefined {
  const last = Math.max(0, count - 1);
  const targets: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: last,
  };
  const target = Object.hasOwn(targets, key) ? targets[key] : undefined;
  return target === undefined ? undefined : Math.min(last, Math.max(0, target));
}
