/**
 * Starts work on items up to `depth` ahead and yields the results in the items' order. After a failure, or when the
 * caller stops, no further item is started, and what was started has ended when the error is thrown.
 */
export async function* pipelined<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  depth: number,
  start: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const running: Promise<Result>[] = [];
  try {
    for await (const item of items) {
      const work = start(item);
      work.catch(() => undefined); // seen when its turn comes, or hidden behind an earlier failure
      running.push(work);
      const first = running.length >= depth ? running.shift() : undefined;
      if (first !== undefined) yield await first;
    }
    for (const work of running) yield await work;
  } finally {
    await Promise.allSettled(running);
  }
}

/** Cuts a stream into pieces of exactly `size` bytes (the last may be shorter), each with its own memory. */
export async function* cut(
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let piece = new Uint8Array(size);
  let filled = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      const taken = chunk.subarray(at, at + size - filled);
      piece.set(taken, filled);
      filled += taken.length;
      at += taken.length;
      if (filled === size) {
        yield piece;
        piece = new Uint8Array(size);
        filled = 0;
      }
    }
  }
  if (filled > 0) yield piece.slice(0, filled);
}
