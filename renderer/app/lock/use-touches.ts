import { useEffect } from 'react';
import type { IdleWatch } from './idle-watch.ts';

const kinds = ['keydown', 'pointerdown', 'pointermove', 'wheel', 'touchstart'] as const;
const channelName = 'holdfast.touched';
/** Other tabs are told at most this often. */
const tellEveryMs = 5_000;

/** Tells a watch of each key, pointer and touch, in this tab and in others of this installation: they share one session. */
export function useTouches(watch: IdleWatch, now: () => number): void {
  useEffect(() => {
    const channel = new BroadcastChannel(channelName);
    let told = 0;
    const touched = (event: Event) => {
      if (!isFromAPerson(event)) return;
      watch.touch();
      if (now() - told < tellEveryMs) return;
      told = now();
      channel.postMessage(told);
    };
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (typeof data === 'number') watch.touchedElsewhere(data);
    };
    for (const kind of kinds) window.addEventListener(kind, touched, { capture: true, passive: true });
    return () => {
      for (const kind of kinds) window.removeEventListener(kind, touched, { capture: true });
      channel.close();
    };
  }, [watch, now]);
}

/** Browsers also report a resting pointer as moved when the page moves under it. */
function isFromAPerson(event: Event): boolean {
  if (!event.isTrusted) return false;
  if (event.type !== 'pointermove' || !(event instanceof PointerEvent)) return true;
  return event.movementX !== 0 || event.movementY !== 0;
}
