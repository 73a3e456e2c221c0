const shortestReason = 3;

/** Whether a text is long enough to be a reason for the audit log. */
export const isReason = (text: string): boolean => text.trim().length >= shortestReason;
