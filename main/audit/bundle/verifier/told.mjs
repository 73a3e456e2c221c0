// How times are written for whoever reads a report.

/** A time in epoch milliseconds, in UTC, or that there is none. */
const momentText = (ms) => {
  const date = new Date(ms ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? 'at an unknown time' : date.toISOString();
};

/** How many entries there are, from which on, and how many of the period. */
export const entriesText = ({ entries, first, matched }) =>
  `${entries}, from ${first} on; ${matched} in the period asked for`;

/** Where what was pruned before them lies. */
export const archivedText = ({ from, to, file, manifest }) =>
  `the entries before ${to}; those from ${from} on in ${file}, whose manifest has SHA-256 ${manifest}`;

/** When the log says that it was exported. */
export const sealedText = ({ sealedAt }) => `${momentText(sealedAt)}, by its own clock`;

/** The period that was asked for. */
export const periodText = ({ from, to }) =>
  from === null && to === null
    ? 'the whole log'
    : `${from === null ? 'from the beginning' : `from ${momentText(from)}`} ${to === null ? 'to the end' : `to before ${momentText(to)}`}`;

/** What was found for a control, in the words of reports. */
export const statusText = ({ status }) => status[0].toUpperCase() + status.slice(1).replaceAll('-', ' ');

/** On what a control's status rests: what was counted again, and what is only stated. */
export function basisText({ queries, recounted, elsewhere, absent, stated }) {
  const parts = [
    ...(queries === absent ? [] : [`counted again: ${recounted ?? 'not possible'}`]),
    ...(elsewhere + absent > 0 ? [`stated of other logs: ${elsewhere}`] : []),
    ...(stated > 0 ? [`settings and numbers stated: ${stated}`] : []),
  ];
  return parts.length === 0 ? 'nothing that is recorded' : parts.join('; ');
}
