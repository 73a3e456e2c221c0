import { describe, expect, test } from 'vitest';
import {
  type Readiness,
  shownStep,
  steps,
} from '../../../../../../renderer/features/backups/restore/steps.ts';

const nothing: Readiness = { what: false, when: false, where: false, conflicts: false, summary: false };
const all: Readiness = { what: true, when: true, where: true, conflicts: true, summary: true };

describe('the step that is shown', () => {
  test.each(steps)('%s cannot be reached while nothing is chosen', (step) => {
    expect(shownStep(step, false, nothing)).toBe('what');
  });

  test.each([
    ['when', { ...nothing, what: true }],
    ['where', { ...nothing, what: true, when: true }],
    ['conflicts', { ...all, conflicts: false, summary: false }],
    ['summary', { ...all, summary: false }],
  ] as const)('asked for the end it is %s, the first that is not ready', (shown, ready) => {
    expect(shownStep('result', false, ready)).toBe(shown);
  });

  test('one goes back to any step before', () => {
    expect(steps.slice(0, 5).map((step) => shownStep(step, false, all))).toEqual(steps.slice(0, 5));
  });

  test('running and the result are shown only when something was started', () => {
    expect([shownStep('run', false, all), shownStep('result', false, all)]).toEqual(['summary', 'summary']);
    expect([shownStep('run', true, nothing), shownStep('result', true, nothing)]).toEqual(['run', 'result']);
  });
});
