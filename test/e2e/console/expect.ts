import { expect as playwrightExpect } from '@playwright/test';

/** Playwright's own, with patience for a machine that is busy with other tests. */
export const expect = playwrightExpect.configure({ timeout: 20_000 });
