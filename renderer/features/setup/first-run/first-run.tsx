import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { SetupState } from '../../../../shared/contract/setup.ts';
import { sessionKey } from '../../../app/queries.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { Centred } from '../../../ui/centred.tsx';
import { notTyped } from '../../../ui/new-passphrase.tsx';
import { Wizard } from '../../../ui/wizard.tsx';
import { type Draft, forgetDraft, keepDraft, readDraft, type Step, steps } from './draft.ts';
import { KeysStep } from './keys-step.tsx';
import { isOwnerReady, OwnerStep } from './owner-step.tsx';
import { keepStage } from './stage.ts';
import { SummaryStep } from './summary-step.tsx';
import { isTargetReady, TargetStep } from './target-step.tsx';
import { type Beginning, WelcomeStep } from './welcome-step.tsx';
import { wizardSteps } from './wizard-steps.ts';

interface FirstRunProps {
  readonly setup: SetupState;
  /** A lost installation is to be brought back instead. */
  readonly onRestore: () => void;
}

/** A new installation, from nothing to its owner signed in; the recovery key follows in the console. */
export function FirstRun({ setup, onRestore }: FirstRunProps) {
  const { client } = useApi();
  const queries = useQueryClient();
  const [step, setStep] = useState<Step>('welcome');
  const [beginning, setBeginning] = useState<Beginning>('create');
  const [draft, setDraft] = useState<Draft>(readDraft);
  const [passphrases, setPassphrases] = useState(notTyped);
  const [tried, setTried] = useState(false);
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);

  const change = (changed: Partial<Draft>) => {
    const next = { ...draft, ...changed };
    setDraft(next);
    keepDraft(next);
  };
  const ready: Readonly<Record<Step, boolean>> = {
    welcome: true,
    owner: isOwnerReady(draft, passphrases),
    keys: draft.secrets === 'passphrase' || (draft.secrets === 'keychain' && setup.keychain),
    target: isTargetReady(draft),
    summary: !busy,
  };
  const at = steps.indexOf(step);
  const go = (to: Step | undefined) => {
    if (to === undefined) return;
    setTried(false);
    setError(undefined);
    setStep(to);
  };

  async function create() {
    if (draft.secrets === '') return;
    setBusy(true);
    setError(undefined);
    try {
      await client.setup.createInstallation({
        ownerName: draft.ownerName,
        passphrase: passphrases.first,
        secrets: draft.secrets,
        ...(draft.target === 'folder' ? { target: draft.folder.trim() } : {}),
      });
      forgetDraft();
      keepStage('recovery');
      await client.auth.signIn({ name: draft.ownerName, passphrase: passphrases.first });
      await queries.invalidateQueries({ queryKey: sessionKey });
      await queries.invalidateQueries({ queryKey: ['setup'] });
    } catch (failed) {
      setError(failed);
      setBusy(false);
    }
  }

  function next() {
    if (!ready[step]) setTried(true);
    else if (step === 'welcome' && beginning === 'restore') onRestore();
    else if (step === 'summary') void create();
    else go(steps[at + 1]);
  }

  return (
    <Centred title={t('setup.firstRun.title')} width={820}>
      <Wizard
        label={t('setup.firstRun.title')}
        steps={wizardSteps()}
        current={step}
        onBack={at === 0 || busy ? undefined : () => go(steps[at - 1])}
        onNext={next}
        nextDisabled={busy}
        nextLabel={
          step === 'summary'
            ? busy
              ? t('setup.firstRun.summary.busy')
              : t('setup.firstRun.summary.create')
            : undefined
        }
      >
        {step === 'welcome' && (
          <WelcomeStep dataFolder={setup.dataFolder} beginning={beginning} onChange={setBeginning} />
        )}
        {step === 'owner' && (
          <OwnerStep
            draft={draft}
            onChange={change}
            passphrases={passphrases}
            onPassphrases={setPassphrases}
            tried={tried}
          />
        )}
        {step === 'keys' && (
          <KeysStep draft={draft} onChange={change} keychain={setup.keychain} tried={tried} />
        )}
        {step === 'target' && <TargetStep draft={draft} onChange={change} tried={tried} />}
        {step === 'summary' && (
          <SummaryStep draft={draft} dataFolder={setup.dataFolder} error={error} onGo={go} />
        )}
      </Wizard>
    </Centred>
  );
}
