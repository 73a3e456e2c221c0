import { describe, expect, test } from 'vitest';
import { shortcutOf } from '../../../../../renderer/app/keys/shortcut.ts';

const plain = { ctrlKey: false, metaKey: false, altKey: false };
const ctrl = { ...plain, ctrlKey: true };
const nowhere = { typing: false, modal: false };

test('each key has its meaning, whatever keyboard wrote it', () => {
  const meanings = [
    shortcutOf({ ...ctrl, key: 'k' }, nowhere),
    shortcutOf({ ...plain, metaKey: true, key: 'k' }, nowhere),
    shortcutOf({ ...ctrl, key: 'L' }, nowhere),
    shortcutOf({ ...plain, key: '/' }, nowhere),
    shortcutOf({ ...plain, key: '?' }, nowhere),
  ];
  expect(meanings).toEqual(['palette', 'palette', 'lock', 'search', 'help']);
});

test('other keys, and these with other modifiers, mean nothing', () => {
  const meanings = [
    shortcutOf({ ...plain, key: 'k' }, nowhere),
    shortcutOf({ ...ctrl, key: '/' }, nowhere),
    shortcutOf({ ...ctrl, altKey: true, key: 'k' }, nowhere),
    shortcutOf({ ...ctrl, metaKey: true, key: 'k' }, nowhere),
    shortcutOf({ ...plain, metaKey: true, key: 'l' }, nowhere),
    shortcutOf({ ...plain, key: 'l' }, nowhere),
  ];
  expect(new Set(meanings)).toEqual(new Set([undefined]));
});

describe.each([
  ['while typing in a field', { typing: true, modal: false }],
  ['while a dialog is open', { typing: false, modal: true }],
])('%s', (_, where) => {
  test('only locking is heard', () => {
    expect(shortcutOf({ ...ctrl, key: 'l' }, where)).toBe('lock');
    for (const press of [
      { ...ctrl, key: 'k' },
      { ...plain, key: '/' },
      { ...plain, key: '?' },
    ]) {
      expect(shortcutOf(press, where)).toBeUndefined();
    }
  });
});
