import type { Page } from '@playwright/test';

/** Text: the benches are compiled without the types of a page. */
const watch = `(() => {
  if (window.clickToPaint !== undefined) return;
  window.clickToPaint = [];
  addEventListener('click', (event) => {
    const name = event.target.closest('a')?.textContent;
    if (name === undefined) return;
    const look = () => requestAnimationFrame(() => {
      if (document.querySelector('h1')?.textContent !== name) return look();
      const painted = new MessageChannel();
      painted.port1.onmessage = () => window.clickToPaint.push(performance.now() - event.timeStamp);
      painted.port2.postMessage(undefined);
    });
    look();
  }, true);
})()`;

/** From now on the page itself keeps, of each link that is clicked, when the heading of that name was painted. */
export async function watchClicks(page: Page): Promise<void> {
  await page.evaluate(watch);
}

const take = `(async () => {
  while (window.clickToPaint.length === 0) await new Promise(requestAnimationFrame);
  return window.clickToPaint.splice(0);
})()`;

/** What the last click took: milliseconds from the click, as the system gave it, to the paint. */
export async function takeClick(page: Page): Promise<number> {
  const [took = Number.NaN] = (await page.evaluate(take)) as number[];
  return took;
}
