/** The part of the past that is looked at. Epoch milliseconds. */
export interface View {
  readonly from: number;
  readonly to: number;
}

/** Commits of one second stay apart on the screen. */
const narrowestMs = 1000;

/** `factor` below 1 looks closer; what lies at `around` stays where it is, as far as the bounds let it. */
export function zoomed(view: View, factor: number, around: number, bounds: View): View {
  const most = bounds.to - bounds.from;
  const width = Math.min(most, Math.max(Math.min(narrowestMs, most), (view.to - view.from) * factor));
  const share = (around - view.from) / (view.to - view.from);
  return within({ from: around - share * width, to: around + (1 - share) * width }, bounds);
}

/** Half a view further on; negative: back. */
export function moved(view: View, direction: 1 | -1, bounds: View): View {
  const step = ((view.to - view.from) / 2) * direction;
  return within({ from: view.from + step, to: view.to + step }, bounds);
}

/** The same view, moved as little as shows `at`. */
export function showing(view: View, at: number, bounds: View): View {
  if (at >= view.from && at <= view.to) return view;
  const half = (view.to - view.from) / 2;
  return within({ from: at - half, to: at + half }, bounds);
}

/** Where a moment lies in a view, 0 to 1 within it. */
export function shareOf({ from, to }: View, time: number): number {
  return (time - from) / (to - from);
}

/** The next of some times in a direction; undefined where there is none. */
export function nextOf(times: readonly number[], at: number, direction: 1 | -1): number | undefined {
  const further = times.filter((time) => (direction === 1 ? time > at : time < at));
  if (further.length === 0) return undefined;
  return direction === 1 ? Math.min(...further) : Math.max(...further);
}

function within({ from, to }: View, bounds: View): View {
  const width = Math.min(to - from, bounds.to - bounds.from);
  const start = Math.min(Math.max(from, bounds.from), bounds.to - width);
  return { from: Math.round(start), to: Math.round(start + width) };
}
