import { expect, test } from 'vitest';
import {
  coverChange,
  coverDraftOf,
} from '../../../../../../renderer/features/backups/targets/cover-draft.ts';
import type { TargetCover } from '../../../../../../shared/target-cover.ts';

test('whose copies a target has is sent only where it is changed', () => {
  const covers: TargetCover = { kind: 'tenants', tenants: [] };
  const draft = coverDraftOf(covers);
  expect(coverChange(draft, covers)).toBeUndefined();
  expect(coverChange({ ...draft, tenants: ['north'] }, covers)).toEqual({
    kind: 'tenants',
    tenants: ['north'],
  });
  expect(coverChange({ ...draft, cover: 'all' }, covers)).toEqual({ kind: 'all' });
  expect(coverChange({ ...draft, cover: 'all' }, { kind: 'all' })).toBeUndefined();
});
