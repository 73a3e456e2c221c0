import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { FoundBackups, RecoveryRun } from '../../../../shared/contract/recovery.ts';
import type { SetupState } from '../../../../shared/contract/setup.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { Centred } from '../../../ui/centred.tsx';
import { emptyPlace, type PlaceDraft } from '../../../ui/place/place-draft.ts';
import { useHostKey } from '../../../ui/place/use-host-key.ts';
import { Wizard } from '../../../ui/wizard.tsx';
import { KeyStep } from './key-step.tsx';
import { MasterKeyStep } from './master-key-step.tsx';
import { type MasterKey, type RestoreStep, restoreSteps } from './plan.ts';
import { restoreWizardSteps } from './restore-wizard-steps.ts';
import { RunStep } from './run-step.tsx';
import { isSourceReady, recoverySource, type SourceDraft } from './source.ts';
import { SummaryStep } from './summary-step.tsx';
import { judgeKey, type TypedKey } from './typed-key.ts';
import { WhereStep } from './where-step.tsx';

interface RestoreProps {
  readonly setup: SetupState;
  /** The recovery that runs, or one that ended without success. */
  readonly run: RecoveryRun | null;
  readonly onLeave: () => void;
  readonly onStay: () => void;
}

/** A lost installation, from its backup folder to the open installation. Nothing entered outlives the page. */
export function Restore({ setup, run, onLeave, onStay }: RestoreProps) {
  const { client } = useApi();
  const queries = useQueryClient();
  const [step, setStep] = useState<RestoreStep>('where');
  const [source, setSource] = useState<SourceDraft>({
    place: { ...emptyPlace, path: run?.target ?? '' },
    folder: '',
  });
  const shown = useHostKey();
  const [seen, setSeen] = useState<FoundBackups>();
  const [typed, setTyped] = useState('');
  const [judged, setJudged] = useState<TypedKey>({ state: 'partial', count: 0 });
  const [opened, setOpened] = useState<FoundBackups>();
  const [masterKey, setMasterKey] = useState<MasterKey>({ secrets: '', operator: '', passphrase: '' });
  const [at, setAt] = useState<string>();
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();

  useEffect(() => {
    let current = true;
    void judgeKey(typed).then((judgement) => current && setJudged(judgement));
    return () => {
      current = false;
    };
  }, [typed]);

  const renew = async () => {
    await queries.invalidateQueries({ queryKey: ['recovery'] });
    await queries.invalidateQueries({ queryKey: ['setup'] });
  };
  const go = (to: RestoreStep) => {
    setTried(false);
    setError(undefined);
    setStep(to);
  };

  async function doing(work: () => Promise<void>) {
    setBusy(true);
    setError(undefined);
    try {
      await work();
    } catch (failed) {
      if (!shown.look(failed)) setError(failed);
    } finally {
      setBusy(false);
    }
  }

  function enter(part: Partial<SourceDraft>) {
    setSource((old) => ({ ...old, ...part }));
    setSeen(undefined);
    setOpened(undefined);
  }
  const enterPlace = (part: Partial<PlaceDraft>) => {
    enter({ place: { ...source.place, ...part } });
    shown.changed(part);
  };

  const from = () => recoverySource(source, shown.hostKey);
  const inspected = () => {
    const { target, remote } = from();
    return remote === undefined ? { target } : { remote };
  };
  const look = () => doing(async () => setSeen(await client.setup.inspectBackups(inspected())));
  const open = () =>
    doing(async () =>
      setOpened(await client.setup.inspectBackups({ ...inspected(), recoveryKey: typed.trim() })),
    );
  const start = () =>
    doing(async () => {
      const { secrets, operator, passphrase } = masterKey;
      if (secrets === '') return;
      const who = operator.trim() === '' ? {} : { operator: operator.trim() };
      await client.setup.recoverInstallation({
        ...from(),
        recoveryKey: typed.trim(),
        secrets,
        ...(secrets === 'passphrase' ? { ...who, passphrase } : {}),
        ...(at === undefined ? {} : { at }),
      });
      onStay();
      await renew();
    });

  const isChosen =
    masterKey.secrets === 'keychain'
      ? setup.keychain
      : masterKey.secrets === 'passphrase' && masterKey.passphrase !== '';
  const ways = {
    where: {
      isReady: isSourceReady(source) && !shown.isAwaited,
      next: seen ? () => go('key') : () => void look(),
      label: seen ? undefined : t('setup.restore.where.look'),
    },
    key: {
      isReady: judged.state === 'whole',
      next: opened ? () => go('keys') : () => void open(),
      label: opened ? undefined : busy ? t('setup.restore.key.checking') : t('setup.restore.key.check'),
    },
    keys: { isReady: isChosen, next: () => go('summary'), label: undefined },
    summary: { isReady: true, next: () => void start(), label: t('setup.restore.summary.start') },
  } as const satisfies Record<RestoreStep, unknown>;
  const { isReady, next, label } = ways[step];
  const before = restoreSteps[restoreSteps.indexOf(step) - 1];

  if (run !== null) {
    const back = async (to: RestoreStep) => {
      onStay();
      await client.setup.dismissRecovery({}).catch(setError);
      if (to === 'where') setSeen(undefined); // it is looked at anew: something may have changed there
      go(opened === undefined ? 'where' : to);
      queries.setQueryData(['recovery'], { recovery: null });
    };
    return (
      <Centred title={t('setup.restore.title')} width={820}>
        <Wizard label={t('setup.restore.title')} steps={restoreWizardSteps()} current="run">
          <RunStep
            run={run}
            onCancel={() => void client.setup.cancelRecovery({}).then(renew, setError)}
            onBack={(to) => void back(to)}
          />
        </Wizard>
      </Centred>
    );
  }
  return (
    <Centred title={t('setup.restore.title')} width={820}>
      <Wizard
        label={t('setup.restore.title')}
        steps={restoreWizardSteps()}
        current={step}
        onBack={busy ? undefined : before === undefined ? onLeave : () => go(before)}
        onNext={isReady ? next : () => setTried(true)}
        nextDisabled={busy || (step === 'where' && shown.isAwaited)}
        nextLabel={label}
      >
        {step === 'where' && (
          <WhereStep
            source={source}
            onPlace={enterPlace}
            onFolder={(folder) => enter({ folder })}
            hostKey={shown}
            found={seen}
            tried={tried}
            error={error}
          />
        )}
        {step === 'key' && (
          <KeyStep
            typed={typed}
            judged={judged}
            onChange={(changed) => {
              setTyped(changed);
              setOpened(undefined);
              setError(undefined);
            }}
            found={opened}
            tried={tried}
            error={error}
          />
        )}
        {step === 'keys' && (
          <MasterKeyStep
            value={masterKey}
            onChange={(changed) => setMasterKey({ ...masterKey, ...changed })}
            keychain={setup.keychain}
            tried={tried}
          />
        )}
        {step === 'summary' && opened && (
          <SummaryStep
            found={opened}
            source={source}
            hostKey={shown.hostKey}
            dataFolder={setup.dataFolder}
            masterKey={masterKey}
            at={at}
            onAt={setAt}
            error={error}
          />
        )}
      </Wizard>
    </Centred>
  );
}
