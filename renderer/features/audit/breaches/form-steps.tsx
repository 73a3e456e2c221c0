import {
  Button,
  Caption1,
  Checkbox,
  Field,
  Input,
  makeStyles,
  Radio,
  RadioGroup,
  Textarea,
} from '@fluentui/react-components';
import { DismissRegular } from '@fluentui/react-icons';
import type { ReactNode } from 'react';
import { breachNatures, breachNoticeMs, breachRisks, breachRoles } from '../../../../shared/breaches.ts';
import { formatAgo } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { problem } from '../../../ui/problem.ts';
import { TenantChoice } from '../../../ui/tenant-choice.tsx';
import { TenantName } from '../../../ui/tenant-name.tsx';
import { useNow } from '../../../ui/time.tsx';
import { TimeField } from '../../../ui/time-field.tsx';
import { areEntries, type BreachDraft, type Counted, isNumber } from './draft.ts';

const useStyles = makeStyles({
  group: { border: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column' },
  pair: {
    display: 'grid',
    gridTemplateColumns: '200px minmax(0, 1fr)',
    alignItems: 'start',
    gap: '12px',
    '@media (max-width: 700px)': { gridTemplateColumns: '1fr' },
  },
  tenants: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: '8px' },
  time: { maxWidth: '420px' },
  // else as wide as twenty letters, whatever its place is
  number: { minWidth: 0, width: '100%', '& input': { minWidth: 0, width: '100%' } },
});

export interface StepProps {
  readonly draft: BreachDraft;
  readonly onChange: (change: Partial<BreachDraft>) => void;
  /** Somebody tried to go on: what is missing is said. */
  readonly tried: boolean;
}

const needed = (tried: boolean, text: string) =>
  problem(tried && text.trim() === '' ? t('breaches.form.needed') : undefined);

export function HappenedStep({ draft, onChange, tried }: StepProps) {
  const styles = useStyles();
  const now = useNow();
  const { awareAt } = draft;
  const end = awareAt && new Date(Date.parse(awareAt) + breachNoticeMs).toISOString();
  return (
    <>
      <Field
        label={t('breaches.form.title')}
        hint={t('breaches.form.titleHint')}
        required
        {...needed(tried, draft.title)}
      >
        <Input value={draft.title} maxLength={120} onChange={(_, { value }) => onChange({ title: value })} />
      </Field>
      <Field
        className={styles.time}
        hint={`${t('breaches.form.awareHint')} ${end === undefined ? '' : t('breaches.form.awareLater', { time: formatAgo(end, now) })}`}
        {...needed(tried, awareAt ?? '')}
      >
        <TimeField
          label={t('breaches.form.aware')}
          value={awareAt}
          onChange={(at) => onChange({ awareAt: at })}
        />
      </Field>
      <Field className={styles.time} hint={t('breaches.form.beganHint')}>
        <TimeField
          label={t('breaches.form.began')}
          value={draft.beganAt}
          onChange={(at) => onChange({ beganAt: at })}
        />
      </Field>
      <LongText
        label={t('breaches.form.description')}
        hint={t('breaches.form.descriptionHint')}
        value={draft.description}
        onChange={(description) => onChange({ description })}
        required
        tried={tried}
      />
    </>
  );
}

export function AffectedStep({ draft, onChange }: StepProps) {
  const styles = useStyles();
  const { nature, role, tenants } = draft;
  return (
    <>
      <Field label={t('breaches.form.role')} hint={t('breaches.form.roleHint')}>
        <RadioGroup
          value={role}
          onChange={(_, { value }) => onChange({ role: breachRoles.find((each) => each === value) ?? role })}
        >
          {breachRoles.map((each) => (
            <Radio key={each} value={each} label={t(`breaches.roles.${each}`)} />
          ))}
        </RadioGroup>
      </Field>
      <fieldset className={styles.group}>
        <legend>{t('breaches.form.nature')}</legend>
        {breachNatures.map((each) => (
          <Checkbox
            key={each}
            label={t(`breaches.natures.${each}`)}
            checked={nature.includes(each)}
            onChange={(_, { checked }) =>
              onChange({
                nature: breachNatures.filter((other) =>
                  other === each ? checked === true : nature.includes(other),
                ),
              })
            }
          />
        ))}
      </fieldset>
      <HowMany
        number={t('breaches.form.people')}
        categories={t('breaches.form.peopleCategories')}
        hint={t('breaches.form.peopleHint')}
        value={draft.people}
        onChange={(people) => onChange({ people })}
      />
      <HowMany
        number={t('breaches.form.records')}
        categories={t('breaches.form.recordCategories')}
        hint={t('breaches.form.recordsHint')}
        value={draft.records}
        onChange={(records) => onChange({ records })}
      />
      <Field label={t('breaches.form.tenants')}>
        <div className={styles.tenants}>
          {tenants.map((id) => (
            <span key={id} className={styles.tenants}>
              <TenantName id={id} />
              <Button
                size="small"
                appearance="subtle"
                icon={<DismissRegular />}
                aria-label={t('breaches.form.removeTenant', { name: id })}
                onClick={() => onChange({ tenants: tenants.filter((other) => other !== id) })}
              />
            </span>
          ))}
          <TenantChoice
            key={tenants.length}
            label={t('breaches.form.addTenant')}
            placeholder={t('breaches.form.addTenant')}
            value={undefined}
            onChange={(id) => id !== undefined && onChange({ tenants: [...new Set([...tenants, id])] })}
          />
        </div>
      </Field>
    </>
  );
}

export function ContactStep({ draft, onChange, tried }: StepProps) {
  return (
    <LongText
      label={t('breaches.form.contact')}
      hint={t('breaches.form.contactHint')}
      value={draft.contact}
      onChange={(contact) => onChange({ contact })}
      tried={tried}
    />
  );
}

export function ConsequencesStep({ draft, onChange, tried }: StepProps) {
  return (
    <>
      <LongText
        label={t('breaches.form.consequences')}
        value={draft.consequences}
        onChange={(consequences) => onChange({ consequences })}
        tried={tried}
      />
      <Field label={t('breaches.form.risk')}>
        <RadioGroup
          value={draft.risk ?? ''}
          onChange={(_, { value }) => onChange({ risk: breachRisks.find((each) => each === value) })}
        >
          <Radio value="" label={t('breaches.notJudged')} />
          {breachRisks.map((each) => (
            <Radio key={each} value={each} label={t(`breaches.risks.${each}`)} />
          ))}
        </RadioGroup>
      </Field>
    </>
  );
}

export function MeasuresStep({ draft, onChange, tried }: StepProps) {
  return (
    <>
      <LongText
        label={t('breaches.form.measures')}
        value={draft.measures}
        onChange={(measures) => onChange({ measures })}
        tried={tried}
      />
      <Field
        label={t('breaches.form.entries')}
        hint={t('breaches.form.entriesHint')}
        {...problem(areEntries(draft.entries) ? undefined : t('breaches.form.entriesWrong'))}
      >
        <Input value={draft.entries} onChange={(_, { value }) => onChange({ entries: value })} />
      </Field>
    </>
  );
}

interface LongTextProps {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly required?: boolean;
  readonly tried: boolean;
}

function LongText({ label, hint, value, onChange, required = false, tried }: LongTextProps) {
  return (
    <Field
      label={label}
      {...(hint === undefined ? {} : { hint })}
      required={required}
      {...needed(tried && required, value)}
    >
      <Textarea
        value={value}
        rows={5}
        maxLength={4000}
        resize="vertical"
        onChange={(_, data) => onChange(data.value)}
      />
    </Field>
  );
}

interface HowManyProps {
  readonly number: string;
  readonly categories: string;
  readonly hint: string;
  readonly value: Counted;
  readonly onChange: (value: Counted) => void;
}

function HowMany({ number, categories, hint, value, onChange }: HowManyProps) {
  const styles = useStyles();
  return (
    <div className={styles.pair}>
      <Field label={number} {...problem(isNumber(value.approximate) ? undefined : t('breaches.form.number'))}>
        <Input
          className={styles.number}
          value={value.approximate}
          inputMode="numeric"
          onChange={(_, data) => onChange({ ...value, approximate: data.value })}
        />
      </Field>
      <Field label={categories} hint={hint}>
        <Input
          value={value.categories}
          maxLength={4000}
          onChange={(_, data) => onChange({ ...value, categories: data.value })}
        />
      </Field>
    </div>
  );
}

/** What may be left out for now. */
export function Later(): ReactNode {
  return <Caption1>{t('breaches.form.later')}</Caption1>;
}
