import { Field, Input, Radio, RadioGroup, Select, Switch } from '@fluentui/react-components';
import type { Schedule, ScheduleTimes } from '../../../../shared/contract/backups/schedules.ts';
import { t } from '../../../i18n/translate.ts';
import { Choice } from '../../../ui/choice.tsx';
import { problem } from '../../../ui/problem.ts';
import { TimeField } from '../../../ui/time-field.tsx';
import { type Draft, minutesIn, timesIn } from './draft.ts';
import { WeekdayBoxes } from './weekday-boxes.tsx';
import { WindowsFields } from './windows-fields.tsx';

const kinds: readonly ScheduleTimes['kind'][] = ['tier', 'at', 'every', 'cron'];

interface ScheduleFieldsProps {
  readonly draft: Draft;
  readonly allowed: Schedule['allowed'];
  /** What the core found wrong, by the place of the field. */
  readonly issues: ReadonlyMap<string, string>;
  readonly onChange: (draft: Draft) => void;
}

/** Everything that a schedule says. */
export function ScheduleFields({ draft, allowed, issues, onChange }: ScheduleFieldsProps) {
  const set = (change: Partial<Draft>) => onChange({ ...draft, ...change });
  return (
    <>
      <Field label={t('schedules.dialog.kind')} {...problem(issues.get('setting.times'))}>
        <RadioGroup
          value={draft.kind}
          onChange={(_, { value }) => set({ kind: kinds.find((kind) => kind === value) ?? 'tier' })}
        >
          {kinds.map((kind) => (
            <Radio
              key={kind}
              value={kind}
              label={t(`schedules.dialog.kinds.${kind}`, { every: t(`words.every.${allowed}`) })}
            />
          ))}
        </RadioGroup>
      </Field>
      <TimesField {...{ draft, issues, set }} />
      <Field label={t('schedules.dialog.zone')} required {...problem(issues.get('setting.timeZone'))}>
        <Select value={draft.timeZone} onChange={(_, { value }) => set({ timeZone: value })}>
          {zonesWith(draft.timeZone).map((zone) => (
            <option key={zone}>{zone}</option>
          ))}
        </Select>
      </Field>
      <Field label={t('schedules.dialog.missed')}>
        <Choice
          label={t('schedules.dialog.missed')}
          value={draft.missed}
          options={(['run-once', 'skip'] as const).map((each) => [
            each,
            t(`schedules.dialog.missedKinds.${each}`),
          ])}
          onChange={(missed) => missed && set({ missed })}
        />
      </Field>
      <Field label={t('schedules.dialog.overlap')}>
        <Choice
          label={t('schedules.dialog.overlap')}
          value={draft.overlap}
          options={(['queue', 'skip'] as const).map((each) => [
            each,
            t(`schedules.dialog.overlapKinds.${each}`),
          ])}
          onChange={(overlap) => overlap && set({ overlap })}
        />
      </Field>
      <WindowsFields windows={draft.windows} onChange={(windows) => set({ windows })} />
      <Field hint={t('schedules.dialog.pauseHint')} {...problem(issues.get('setting.paused.until'))}>
        <Switch
          label={t('schedules.dialog.pause')}
          checked={draft.paused}
          onChange={(_, { checked }) => set({ paused: checked })}
        />
      </Field>
      {draft.paused && (
        <>
          <TimeField
            label={t('schedules.dialog.pauseUntil')}
            value={draft.pauseUntil}
            onChange={(pauseUntil) => set({ pauseUntil })}
          />
          <Field label={t('schedules.dialog.pauseReason')} required>
            <Input
              value={draft.pauseReason}
              maxLength={1000}
              onChange={(_, { value }) => set({ pauseReason: value })}
            />
          </Field>
        </>
      )}
    </>
  );
}

interface TimesFieldProps extends Pick<ScheduleFieldsProps, 'draft' | 'issues'> {
  readonly set: (change: Partial<Draft>) => void;
}

function TimesField({ draft, issues, set }: TimesFieldProps) {
  if (draft.kind === 'every') {
    const wrong = minutesIn(draft) === undefined ? t('schedules.dialog.minutesWrong') : undefined;
    return (
      <Field label={t('schedules.dialog.minutes')} required {...problem(wrong)}>
        <Input
          inputMode="numeric"
          value={draft.minutes}
          onChange={(_, { value }) => set({ minutes: value })}
        />
      </Field>
    );
  }
  if (draft.kind === 'at') {
    const wrong = timesIn(draft) === undefined ? t('schedules.dialog.timesWrong') : undefined;
    return (
      <>
        <Field
          label={t('schedules.dialog.times')}
          hint={t('schedules.dialog.timesHint')}
          required
          {...problem(wrong)}
        >
          <Input value={draft.times} onChange={(_, { value }) => set({ times: value })} />
        </Field>
        <WeekdayBoxes
          label={t('schedules.dialog.weekdays')}
          value={draft.weekdays}
          onChange={(weekdays) => set({ weekdays })}
        />
      </>
    );
  }
  if (draft.kind === 'cron') {
    return (
      <Field
        label={t('schedules.dialog.expression')}
        hint={t('schedules.dialog.expressionHint')}
        required
        {...problem(issues.get('setting.times.expression'))}
      >
        <Input
          value={draft.expression}
          maxLength={200}
          spellCheck={false}
          onChange={(_, { value }) => set({ expression: value })}
        />
      </Field>
    );
  }
  return null;
}

function zonesWith(chosen: string): string[] {
  return [...new Set(['UTC', chosen, ...Intl.supportedValuesOf('timeZone')])].sort();
}
