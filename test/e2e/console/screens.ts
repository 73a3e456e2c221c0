import type { Page } from '@playwright/test';
import { expect } from './expect.ts';

export interface Screen {
  readonly name: string;
  /** Where it is; Words in capitals stand for ids of the installation. */
  readonly path: string;
  /** What has to be done to see it, such as opening a dialog. */
  readonly open?: (page: Page) => Promise<unknown>;
  /** There has to be a tenant with a backup whose data has changed since. */
  readonly restorable?: true;
}

const button = (name: string) => (page: Page) =>
  page.getByRole('button', { name, exact: true }).first().click();

/** What is asked of an operator in the list. */
const ofOperator = (name: RegExp, action: string) => async (page: Page) => {
  await page.getByRole('row', { name }).click();
  await page.getByRole('button', { name: action }).click();
  await page.getByRole('dialog').waitFor();
};

/** The restore wizard, up to one of its steps. */
const wizard = (last: 'Where' | 'What changes' | 'Summary') => async (page: Page) => {
  const step = (name: string) => page.getByRole('heading', { name, exact: true }).waitFor();
  const next = page.getByRole('button', { name: 'Next' });
  await page.getByRole('grid').getByRole('row').nth(2).click();
  await next.click();
  await step('Where');
  await page.getByRole('radio', { name: /In place/ }).check();
  if (last === 'Where') return;
  await next.click();
  await step('What changes');
  await page.getByRole('table').first().waitFor();
  if (last === 'What changes') return;
  for (const box of await page.getByRole('checkbox').all()) await box.check();
  await next.click();
  await step('Summary');
};

/** The same, with documents and files of the chosen moment to choose from. */
const findParts = async (page: Page) => {
  await wizard('Where')(page);
  await page.getByRole('radio', { name: /Only chosen parts.*into the tenant of now/ }).check();
  await page.getByRole('button', { name: 'Find documents and files…' }).click();
  const rows = page.getByRole('grid', { name: 'Documents and files to choose' }).getByRole('row');
  for (const at of [1, 2]) await rows.nth(at).click();
};

function addTarget(kind: string) {
  return async (page: Page) => {
    await page.getByRole('button', { name: 'Add a target' }).click();
    await page.getByRole('radio', { name: kind }).check();
  };
}

const restore = { path: '/backups/restore?tenant=TENANT&step=when', restorable: true } as const;

/** Every screen of the console, and every state of it that is opened by hand. */
export const screens: readonly Screen[] = [
  { name: 'dashboard', path: '/' },
  { name: 'tenants', path: '/tenants' },
  { name: 'tenants-create', path: '/tenants?create=1' },
  { name: 'tenants-sample', path: '/tenants?sample=1' },
  { name: 'tenant', path: '/tenants/TENANT' },
  { name: 'tenant-tier', path: '/tenants/TENANT', open: button('Change tier') },
  { name: 'tenant-people', path: '/tenants/TENANT/people' },
  { name: 'tenant-people-add', path: '/tenants/TENANT/people', open: button('Add user or bot') },
  { name: 'tenant-data', path: '/tenants/TENANT/data' },
  { name: 'tenant-data-import', path: '/tenants/TENANT/data', open: button('Import documents') },
  { name: 'tenant-files', path: '/tenants/TENANT/files' },
  { name: 'tenant-imports', path: '/tenants/TENANT/imports' },
  { name: 'tenant-folders', path: '/tenants/TENANT/folders' },
  { name: 'tenant-folders-add', path: '/tenants/TENANT/folders', open: button('Protect a folder') },
  { name: 'tenant-erase', path: '/tenants/TENANT', open: button('Erase tenant…') },
  { name: 'tenants-erased', path: '/erased' },
  { name: 'people-erased', path: '/erased/people' },
  { name: 'access-keys', path: '/access/keys' },
  { name: 'access-keys-create', path: '/access/keys?tenant=TENANT', open: button('Create API key') },
  { name: 'access-operators', path: '/access/operators' },
  { name: 'access-operators-add', path: '/access/operators', open: button('Add operator') },
  {
    name: 'access-operators-reset',
    path: '/access/operators',
    open: ofOperator(/Grace Lind/, 'Set a new passphrase…'),
  },
  {
    name: 'access-operators-enable',
    path: '/access/operators',
    open: ofOperator(/Linus Berg/, 'Enable operator…'),
  },
  {
    name: 'access-operators-own',
    path: '/access/operators',
    open: ofOperator(/Ada Obi/, 'Change passphrase…'),
  },
  { name: 'audit', path: '/audit' },
  {
    name: 'audit-entry',
    path: '/audit',
    open: (page) => page.getByRole('grid').getByRole('row').nth(2).click(),
  },
  { name: 'audit-reports', path: '/audit/reports' },
  { name: 'audit-no-match', path: '/audit?text=nowhere' },
  { name: 'audit-alerts', path: '/audit/alerts' },
  { name: 'audit-alerts-rules', path: '/audit/alerts/rules' },
  { name: 'audit-alerts-mute', path: '/audit/alerts/rules', open: button('Mute…') },
  { name: 'audit-breaches', path: '/audit/breaches' },
  { name: 'audit-breaches-record', path: '/audit/breaches/record' },
  { name: 'audit-integrity', path: '/audit/integrity' },
  { name: 'audit-witnesses', path: '/audit/witnesses' },
  { name: 'audit-witnesses-add', path: '/audit/witnesses', open: button('Add a witness…') },
  { name: 'audit-forwarding', path: '/audit/forwarding' },
  { name: 'audit-forwarding-add', path: '/audit/forwarding', open: button('Add a destination…') },
  { name: 'audit-timestamps-set', path: '/audit/witnesses', open: button('Set an authority…') },
  { name: 'audit-drill', path: '/audit/drill' },
  {
    name: 'audit-drill-held',
    path: '/audit/drill',
    open: async (page) => {
      await page.getByRole('button', { name: /^Run (the drill|it again)$/ }).click();
      await page.getByRole('rowheader').first().waitFor();
      await page.getByRole('link', { name: 'Show' }).first().waitFor();
    },
  },
  { name: 'audit-retention', path: '/audit/retention' },
  { name: 'audit-retention-set', path: '/audit/retention', open: button('Change…') },
  { name: 'audit-export', path: '/audit', open: button('Export for an auditor…') },
  { name: 'backups', path: '/backups' },
  { name: 'backups-timeline', path: '/backups/timeline' },
  {
    name: 'backups-timeline-chosen',
    path: '/backups/timeline?tenant=TENANT',
    open: async (page) => {
      await page.getByRole('slider', { name: 'Chosen moment' }).press('End');
      await page.getByText('Last change before').first().waitFor();
    },
    restorable: true,
  },
  { name: 'backups-schedules', path: '/backups/schedules' },
  {
    name: 'backups-schedules-edit',
    path: '/backups/schedules',
    open: async (page) => {
      await page.getByRole('button', { name: 'Schedule…' }).first().click();
      await page.getByRole('img', { name: /A week of runs/ }).waitFor();
    },
  },
  { name: 'backups-targets', path: '/backups/targets' },
  { name: 'backups-targets-move', path: '/backups/targets', open: button('Move…') },
  { name: 'backups-targets-bucket', path: '/backups/targets', open: addTarget('S3 bucket') },
  { name: 'backups-targets-sftp', path: '/backups/targets', open: addTarget('SFTP server') },
  { name: 'backups-retention', path: '/backups/retention' },
  {
    name: 'backups-retention-simulated',
    path: '/backups/retention?tenant=TENANT',
    open: async (page) => {
      await page.getByRole('button', { name: 'See what it would leave' }).click();
      await page.getByRole('heading', { name: 'What this policy leaves' }).waitFor();
    },
  },
  { name: 'backups-drills', path: '/backups/drills' },
  { name: 'backups-drills-run', path: '/backups/drills', open: button('Run a drill…') },
  { name: 'backups-repair', path: '/backups/repair' },
  { name: 'backups-objectives', path: '/backups/objectives' },
  { name: 'backups-restores', path: '/backups/restores' },
  { name: 'restore-what', path: '/backups/restore' },
  { name: 'restore-when', path: '/backups/restore?tenant=TENANT&step=when' },
  { name: 'restore-where', ...restore, open: wizard('Where') },
  { name: 'restore-parts', ...restore, open: findParts },
  { name: 'restore-conflicts', ...restore, open: wizard('What changes') },
  { name: 'restore-summary', ...restore, open: wizard('Summary') },
  { name: 'palette', path: '/', open: (page) => page.keyboard.press('Control+k') },
  { name: 'keys', path: '/', open: (page) => page.keyboard.press('?') },
  { name: 'jobs', path: '/jobs' },
  { name: 'inbox', path: '/inbox' },
  { name: 'settings', path: '/settings' },
  { name: 'settings-recovery-key', path: '/settings', open: button('Replace…') },
  { name: 'settings-appearance', path: '/settings/appearance' },
  { name: 'settings-about', path: '/settings/about' },
];

/** The id of the first tenant in the list. */
export async function firstTenant(page: Page, base: string): Promise<string> {
  await page.goto(new URL('/tenants', base).href);
  const href = await page.getByRole('grid').getByRole('link').first().getAttribute('href');
  return /[0-9a-f-]{36}/.exec(href ?? '')?.[0] ?? '';
}

/** Goes to a screen and waits until nothing on it is loading any more. */
export async function show(
  page: Page,
  base: string,
  screen: Screen,
  ids: Record<string, string>,
): Promise<void> {
  const path = screen.path.replace(/[A-Z]{2,}/g, (name) => ids[name] ?? name);
  await page.goto(new URL(path, base).href);
  await page.locator('[data-heading]').waitFor();
  await settled(page);
  await screen.open?.(page);
  await settled(page);
}

/** Nothing on a page is loading any more. Looks at each frame: `expect` looks again only after half a second. */
export async function settled(page: Page): Promise<void> {
  const loading = await page.evaluate(`(async () => {
    const until = performance.now() + 20_000;
    const texts = () => document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    function loading() {
      const bar = document.querySelector('[role="progressbar"]:not([aria-valuenow])');
      if (bar !== null) return bar.outerHTML;
      for (const walker = texts(); walker.nextNode(); ) {
        const { data } = walker.currentNode;
        if (/^(Loading|Looking|Checking)[^.]*…$/.test(data)) return data;
      }
    }
    while (loading() !== undefined && performance.now() < until) await new Promise(requestAnimationFrame);
    return loading();
  })()`);
  expect(loading, 'is loading still').toBeUndefined();
}

/** The page has taken over the colours of the last look, whole. */
export async function painted(page: Page): Promise<void> {
  // text: these tests are compiled without the types of a page
  await page.evaluate(`(async () => {
    for (let at = 0; at < 3; at += 1) await new Promise(requestAnimationFrame);
    const moving = document.getAnimations().filter((each) => each instanceof CSSTransition);
    await Promise.allSettled(moving.map(({ finished }) => finished));
  })()`);
}
