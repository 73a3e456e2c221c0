/** How a state is meant; what it looks like is the badge's. */
export type Tone = 'good' | 'neutral' | 'info' | 'warning' | 'bad';
