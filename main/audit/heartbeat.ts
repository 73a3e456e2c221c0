/** How often the installation's log gets a sign of life, even in silence. */
export const heartbeatMs = 15 * 60_000;
