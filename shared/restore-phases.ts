/** The one phase of a restore in place that changes live data: from here on it can no longer be cancelled. */
export const replacingPhase = 'Replacing the live database';
