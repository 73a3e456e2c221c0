import { formatBytes } from '../i18n/format.ts';
import { t } from '../i18n/translate.ts';
import { member, number, text } from './json-member.ts';

/** What a synchronisation of a target did, from its job's result. */
export function syncSentences(result: unknown): readonly string[] {
  const leftovers = member(result, 'leftovers');
  const count = number(leftovers, 'files');
  return [
    t('targets.synchronised', {
      count: number(result, 'files'),
      bytes: formatBytes(number(result, 'bytes')),
      removed: number(result, 'removed'),
    }),
    ...(count === 0 ? [] : [t('targets.swept', { count, bytes: formatBytes(number(leftovers, 'bytes')) })]),
  ];
}

/** What a move of the first target did, from its job's result. */
export function movedSentences(result: unknown): readonly string[] {
  const lost = number(result, 'lost');
  return [
    t('targets.moved', {
      to: text(result, 'to'),
      count: number(result, 'files'),
      bytes: formatBytes(number(result, 'bytes')),
    }),
    t('targets.movedFrom', { from: text(result, 'from') }),
    ...(lost === 0 ? [] : [t('targets.movedLost', { count: lost, from: text(result, 'from') })]),
  ];
}
