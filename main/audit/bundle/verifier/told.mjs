// How times are written for whoever reads a report.

/** A time in epoch milliseconds, in UTC, or that there is none. */
export const momentText = (ms) => {
  const date = new Date(ms ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? 'at an unknown time' : date.toISOString();
};

/** The period that was asked for. */
export const periodText = ({ from, to }) =>
  from === null && to === null
    ? 'the whole log'
    : `${from === null ? 'from the beginning' : `from ${momentText(from)}`} ${to === null ? 'to the end' : `to before ${momentText(to)}`}`;
