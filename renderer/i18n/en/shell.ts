/** The frame around every screen. */
export const shell = {
  navigation: {
    label: 'Sections',
    dashboard: 'Dashboard',
    tenants: 'Tenants',
    access: 'Access',
    audit: 'Audit log',
    backups: 'Backups',
    jobs: 'Jobs',
    inbox: 'Inbox',
    settings: 'Settings',
  },
  skip: 'Skip to content',
  connectionLost: 'Connection lost. Trying again…',
  notFound: { title: 'There is no such page', next: 'Go to the dashboard' },
  account: {
    label: 'Signed in as {name}, {role}',
    lock: 'Lock',
    signOut: 'Sign out',
  },
  stepUp: {
    title: 'Confirm that it is you',
    text: 'This is a dangerous step. Enter the passphrase of {name} once more; it then counts for five minutes.',
    confirm: 'Confirm',
  },
  autoLock: {
    title: 'Are you still there?',
    text: 'Nothing was touched for 14 minutes. In a minute the console locks itself; what you see stays where it is.',
    stay: 'Stay signed in',
  },
  palette: {
    title: 'Go to or do',
    placeholder: 'A section, a tenant or an action',
    empty: 'Nothing fits.',
  },
  keys: {
    title: 'Keys',
    palette: 'Go to or do anything',
    search: 'Search in the list',
    help: 'Show these keys',
    lock: 'Lock the console',
    move: 'Move in a list',
    open: 'Open the row',
    close: 'Close what is open',
  },
  crashed: {
    title: 'This screen could not be shown',
    text: 'The rest of Holdfast goes on. Load the screen again; if it stays, tell your administrator this text:',
  },
} as const;
