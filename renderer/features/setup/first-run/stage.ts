/** How far the first run has come after the installation was made; kept in this tab, so that a reload goes on. */
export type Stage = 'recovery' | 'done';

const key = 'holdfast.first-run.stage';

export function readStage(): Stage | undefined {
  const stored = sessionStorage.getItem(key);
  return stored === 'recovery' || stored === 'done' ? stored : undefined;
}

export function keepStage(stage: Stage | undefined): void {
  if (stage === undefined) sessionStorage.removeItem(key);
  else sessionStorage.setItem(key, stage);
}
