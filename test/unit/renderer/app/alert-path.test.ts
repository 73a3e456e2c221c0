import { expect, test } from 'vitest';
import { alertPath } from '../../../../renderer/app/alert-path.ts';

const id = '01a21bb4-de0a-7385-8f16-b878d3d5a3b4';

test('a click on a notification leads to its alert, or to all of them', () => {
  expect(alertPath({ holdfast: 'alerts', alertId: id })).toBe(`/audit/alerts?alert=${id}`);
  expect(alertPath({ holdfast: 'alerts', alertId: null })).toBe('/audit/alerts');
});

test.each([
  [{ holdfast: 'connect' }],
  [{ holdfast: 'alerts' }],
  [{ holdfast: 'alerts', alertId: `${id}&tenant=x` }],
  [{ holdfast: 'alerts', alertId: '//example.com' }],
  [{ holdfast: 'alerts', alertId: 7 }],
  [{ alertId: id }],
  ['alerts'],
  [null],
])('%j leads nowhere', (message) => {
  expect(alertPath(message)).toBeUndefined();
});
