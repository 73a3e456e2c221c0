import type { Page } from '@playwright/test';

/**
 * What leaves the window at a side where nothing scrolls, or is cut within itself, and whether the screen as a whole
 * scrolls sideways: one line each.
 */
export function cutOff(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(inPage);
}

// text: these tests are compiled without the types of a page
const inPage = `(() => {
  const all = document.querySelector('[role="dialog"], [role="alertdialog"]') ?? document.body;
  const screen = document.querySelector('[data-heading]')?.closest('header')?.parentElement;
  const sideways = [document.documentElement, screen].filter((box) => box && box.scrollWidth > box.clientWidth);
  const scrolls = (box) =>
    box !== null && box !== screen &&
    (/auto|scroll/.test(getComputedStyle(box).overflowX) || scrolls(box.parentElement));
  const texts = 'h1, h2, h3, button, label, dt, [role="tab"]';
  const cut = [...all.querySelectorAll(texts + ', a, input, dd, p')].filter((part) => {
    const { left, right, width } = part.getBoundingClientRect();
    const { visibility, overflowX } = getComputedStyle(part);
    if (width <= 1 || visibility === 'hidden' || right <= 0) return false;
    if (!scrolls(part.parentElement) && (left < 0 || right > innerWidth + 1)) return true;
    return part.matches(texts) && overflowX !== 'visible' && part.scrollWidth > part.clientWidth + 1;
  });
  return [
    ...sideways.map((box) => 'scrolls sideways: ' + box.scrollWidth + ' in ' + box.clientWidth),
    ...cut.map((part) => 'cut off: ' + part.tagName + ' ' + (part.textContent || part.getAttribute('aria-label'))),
  ];
})()`;
