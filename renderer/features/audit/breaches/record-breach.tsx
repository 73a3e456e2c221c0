import { Field, Spinner, Textarea } from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { Breach } from '../../../../shared/contract/audit/breaches.ts';
import { useAllowed } from '../../../app/session.tsx';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { forbidden } from '../../../rpc/failure.ts';
import { CommandLine, shellWord } from '../../../ui/command-line.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { isReason } from '../../../ui/is-reason.ts';
import { Page } from '../../../ui/page.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { TextLink } from '../../../ui/text-link.tsx';
import { Time } from '../../../ui/time.tsx';
import { useSearch } from '../../../ui/use-search.ts';
import { Wizard } from '../../../ui/wizard.tsx';
import { areEntries, type BreachDraft, draftOf, inputOf, isAffected, isHappened, newDraft } from './draft.ts';
import {
  AffectedStep,
  ConsequencesStep,
  ContactStep,
  HappenedStep,
  Later,
  MeasuresStep,
} from './form-steps.tsx';

/** Records a breach, or changes the record that the address names. */
export function RecordBreach() {
  const { query } = useApi();
  const [get] = useSearch();
  const mayRecord = useAllowed('breaches:write');
  const breachId = get('breach');
  const found = useQuery(
    query.audit.getBreach.queryOptions({
      input: { breachId: breachId ?? '' },
      enabled: breachId !== undefined,
      // what is being typed is not taken away by a change of somebody else: saving it is refused then
      staleTime: Number.POSITIVE_INFINITY,
      refetchOnMount: 'always',
    }),
  );
  const isKnown = breachId === undefined || (found.data !== undefined && found.isFetchedAfterMount);
  return (
    <Page
      title={t(breachId === undefined ? 'breaches.form.recordTitle' : 'breaches.form.changeTitle')}
      above={<TextLink href="/audit/breaches">{t('breaches.title')}</TextLink>}
    >
      {!mayRecord && <ErrorNote error={forbidden} />}
      {mayRecord && <ErrorNote error={found.error} />}
      {mayRecord && !isKnown && found.error === null && <Spinner label={t('common.loading')} />}
      {mayRecord && isKnown && <Steps before={found.data?.breach} />}
    </Page>
  );
}

/** In the order of Art. 33(3). */
const steps = ['happened', 'affected', 'contact', 'consequences', 'measures', 'summary'] as const;

const isDone: { readonly [step in (typeof steps)[number]]?: (draft: BreachDraft) => boolean } = {
  happened: isHappened,
  affected: isAffected,
  measures: ({ entries }) => areEntries(entries),
};

function Steps({ before }: { readonly before: Breach | undefined }) {
  const { client, query } = useApi();
  const queries = useQueryClient();
  const [, go] = useLocation();
  const [draft, setDraft] = useState(() => (before === undefined ? newDraft() : draftOf(before)));
  const [step, setStep] = useState<(typeof steps)[number]>('happened');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const at = steps.indexOf(step);
  const needsReason =
    before !== undefined && (before.awareAt !== draft.awareAt || before.role !== draft.role);
  const form = {
    draft,
    tried,
    onChange: (change: Partial<BreachDraft>) => setDraft({ ...draft, ...change }),
  };

  async function save() {
    setBusy(true);
    setError(undefined);
    try {
      const input = inputOf(draft, before);
      const { id } =
        before === undefined
          ? await client.audit.recordBreach(input)
          : await client.audit.updateBreach({
              breachId: before.id,
              revision: before.revision,
              ...input,
              reason: needsReason ? draft.reason : undefined,
            });
      await queries.invalidateQueries({ queryKey: query.audit.key() });
      await queries.invalidateQueries({ queryKey: query.suite.key() });
      go(`/audit/breaches?breach=${id}`);
    } catch (failed) {
      setError(failed);
      setBusy(false);
    }
  }

  function next() {
    setTried(true);
    if (isDone[step]?.(draft) === false) return;
    const following = steps[at + 1];
    if (following === undefined) {
      if (!needsReason || isReason(draft.reason)) void save();
      return;
    }
    setTried(false);
    setStep(following);
  }

  const previous = steps[at - 1];
  return (
    <Panel title={before?.title ?? t('breaches.form.panel')}>
      <Wizard
        label={t('breaches.form.recordTitle')}
        steps={steps.map((key) => ({ key, title: t(`breaches.steps.${key}`) }))}
        current={step}
        onBack={previous === undefined ? undefined : () => setStep(previous)}
        onNext={next}
        nextDisabled={busy || (step === 'summary' && needsReason && !isReason(draft.reason))}
        nextLabel={
          step === 'summary'
            ? t(before === undefined ? 'breaches.form.submit' : 'breaches.form.change')
            : undefined
        }
      >
        {step === 'happened' && <HappenedStep {...form} />}
        {step === 'affected' && <AffectedStep {...form} />}
        {step === 'contact' && <ContactStep {...form} />}
        {step === 'consequences' && <ConsequencesStep {...form} />}
        {step === 'measures' && <MeasuresStep {...form} />}
        {step === 'summary' && <Summary draft={draft} breachId={before?.id} />}
        {step === 'summary' && needsReason && (
          <Field label={t('breaches.form.reason')} hint={t('breaches.form.reasonHint')} required>
            <Textarea
              value={draft.reason}
              maxLength={1000}
              onChange={(_, { value }) => form.onChange({ reason: value })}
            />
          </Field>
        )}
        {step !== 'happened' && <Later />}
        <ErrorNote error={error} />
      </Wizard>
    </Panel>
  );
}

function Summary({
  draft,
  breachId,
}: {
  readonly draft: BreachDraft;
  readonly breachId: string | undefined;
}) {
  const unknown = t('breaches.unknown');
  const { role, nature, risk, tenants } = draft;
  const command = [
    breachId === undefined ? 'holdfast breach record' : `holdfast breach update ${breachId}`,
    `--title ${shellWord(draft.title)}`,
    ...(draft.awareAt === undefined ? [] : [`--aware ${draft.awareAt}`]),
    `--description ${shellWord(draft.description)}`,
    `--role ${role}`,
    ...nature.map((each) => `--nature ${each}`),
    ...(risk === undefined ? [] : [`--risk ${risk}`]),
    ...tenants.map((id) => `--tenant ${id}`),
  ].join(' ');
  return (
    <>
      <Facts
        facts={[
          [t('breaches.form.title'), draft.title],
          [t('breaches.form.aware'), <Time key="aware" value={draft.awareAt ?? null} />],
          [t('breaches.form.description'), draft.description],
          [t('breaches.form.role'), t(`breaches.roles.${role}`)],
          [
            t('breaches.form.nature'),
            nature.map((each) => t(`breaches.natures.${each}`)).join('; ') || unknown,
          ],
          [t('breaches.form.contact'), draft.contact || unknown],
          [t('breaches.form.consequences'), draft.consequences || unknown],
          [
            t('breaches.form.risk'),
            risk === undefined ? t('breaches.notJudged') : t(`breaches.risks.${risk}`),
          ],
          [t('breaches.form.measures'), draft.measures || unknown],
        ]}
      />
      <CommandLine command={command} />
    </>
  );
}
