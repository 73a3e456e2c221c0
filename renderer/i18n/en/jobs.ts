/** Long work. */
export const jobs = {
  of: '{done} of {total}',
  timeNotKnown: 'time left not known yet',
  timeLeft: 'about {time} left',
  quiet: 'no sign of life for a while',
} as const;
