import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
} from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState, useSyncExternalStore } from 'react';
import type { CurrentSession } from '../../shared/contract/auth.ts';
import { t } from '../i18n/translate.ts';
import { useApi } from '../rpc/api.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { PassphraseField } from '../ui/passphrase-field.tsx';
import { useAttempt } from '../ui/use-attempt.ts';
import { sessionKey } from './queries.ts';

/** Where a call that needs a fresh proof waits for the person; several at once wait for one answer. */
export class StepUp {
  readonly #listeners = new Set<() => void>();
  #waiting: ((proved: boolean) => void)[] = [];

  get asked(): boolean {
    return this.#waiting.length > 0;
  }

  ask(): Promise<boolean> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#tell();
    });
  }

  answer(proved: boolean): void {
    for (const resolve of this.#waiting.splice(0)) resolve(proved);
    this.#tell();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Asks for the passphrase once more whenever the core wants a fresh proof. */
export function StepUpDialog({ stepUp }: { readonly stepUp: StepUp }) {
  const asked = useSyncExternalStore(stepUp.subscribe, () => stepUp.asked);
  return (
    <Dialog open={asked} onOpenChange={(_, { open }) => open || stepUp.answer(false)}>
      <DialogSurface>{asked && <Proof stepUp={stepUp} />}</DialogSurface>
    </Dialog>
  );
}

function Proof({ stepUp }: { readonly stepUp: StepUp }) {
  const { client } = useApi();
  const queries = useQueryClient();
  const name = queries.getQueryData<CurrentSession | null>(sessionKey)?.name ?? '';
  const [passphrase, setPassphrase] = useState('');
  const { busy, error, attempt } = useAttempt();

  async function prove(event: FormEvent) {
    event.preventDefault();
    await attempt(
      async () => {
        await client.auth.signIn({ name, passphrase });
        await queries.invalidateQueries({ queryKey: sessionKey });
        stepUp.answer(true);
      },
      () => setPassphrase(''),
    );
  }

  return (
    <form onSubmit={prove}>
      <DialogBody>
        <DialogTitle>{t('shell.stepUp.title')}</DialogTitle>
        <DialogContent>
          <p>{t('shell.stepUp.text', { name })}</p>
          <PassphraseField value={passphrase} onChange={setPassphrase} autoFocus />
          <ErrorNote error={error} />
        </DialogContent>
        <DialogActions>
          <Button onClick={() => stepUp.answer(false)}>{t('common.cancel')}</Button>
          <Button type="submit" appearance="primary" disabled={busy || passphrase === ''}>
            {t('shell.stepUp.confirm')}
          </Button>
        </DialogActions>
      </DialogBody>
    </form>
  );
}
