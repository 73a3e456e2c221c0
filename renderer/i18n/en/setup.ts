/** What comes before the console: the link, the first run, unlocking, signing in. */
export const setup = {
  noEntrance: {
    title: 'This browser has no way in yet',
    text: 'The console opens with a link that works once. Ask for a new one on the machine that runs Holdfast, and open it here:',
    command: 'Prints a new link',
  },
  signIn: {
    title: 'Sign in',
    name: 'Name',
    nameHint: 'May stay empty while there is one operator only.',
    submit: 'Sign in',
    busy: 'Signing in…',
  },
} as const;
