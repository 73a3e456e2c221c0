import { Body1, Caption1, MessageBar, MessageBarBody, MessageBarTitle } from '@fluentui/react-components';
import { formatCount, formatDuration } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { list, number } from '../../../ui/json-member.ts';
import { Time } from '../../../ui/time.tsx';
import { AttackTable } from './attack-table.tsx';
import { triedIn, verdictOf } from './tried.ts';

const intents = { caught: 'success', unguarded: 'warning', missed: 'error' } as const;

/** What a drill came to, attack by attack; `time`: when it ended. */
export function DrillResult({ result, time }: { readonly result: unknown; readonly time: string | null }) {
  const verdict = verdictOf(result);
  const notApplicable = number(result, 'notApplicable');
  const counts = { caught: number(result, 'caught'), missed: number(result, 'missed') };
  return (
    <>
      <MessageBar intent={intents[verdict]} layout="multiline">
        <MessageBarBody>
          <MessageBarTitle>{t(`tamperDrill.verdict.${verdict}`)}</MessageBarTitle>
          {t(`tamperDrill.verdicts.${verdict}`, counts)}
          {notApplicable > 0 && ` ${t('tamperDrill.notApplicable', { count: notApplicable })}`}
        </MessageBarBody>
      </MessageBar>
      {list(result, 'attacks').length > 0 && <AttackTable tried={triedIn(result)} />}
      <Body1>
        <Caption1>
          <Time value={time} />.{' '}
          {t('tamperDrill.covered', {
            entries: formatCount(number(result, 'entries')),
            logs: formatCount(number(result, 'logs')),
            stretch: formatCount(number(result, 'stretch')),
            time: formatDuration(number(result, 'durationMs')),
          })}
        </Caption1>
      </Body1>
    </>
  );
}
