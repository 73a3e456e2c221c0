import { Button, Field, Input, makeStyles } from '@fluentui/react-components';
import { type FormEvent, useState } from 'react';
import { t } from '../../i18n/translate.ts';
import { type Failure, toFailure } from '../../rpc/failure.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { useAttempt } from '../../ui/use-attempt.ts';

const useStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', gap: '12px' },
  groups: { display: 'flex', gap: '16px', flexWrap: 'wrap' },
  buttons: { display: 'flex', gap: '8px', justifyContent: 'flex-end' },
});

const groupsOfAKey = 11;

export interface TypedGroup {
  /** Counted from 1. */
  readonly group: number;
  readonly text: string;
}

interface RecoveryKeyProofProps {
  /** The whole key has to be typed when it can no longer be shown. */
  readonly whole: boolean;
  /** What is on the button that hands it in. */
  readonly submit?: string;
  /** What it throws is shown, with the groups that are wrong. */
  readonly onTyped: (groups: readonly TypedGroup[]) => Promise<void>;
  readonly onShow?: () => void;
}

/** Two groups, or the whole, typed back from what was written down. */
export function RecoveryKeyProof({ whole, submit, onTyped, onShow }: RecoveryKeyProofProps) {
  const styles = useStyles();
  const [asked] = useState(twoGroups);
  const [typed, setTyped] = useState<Readonly<Record<number, string>>>({});
  const { busy, error, attempt } = useAttempt();
  const wrong = wrongGroups(toFailure(error));

  async function confirm(event: FormEvent) {
    event.preventDefault();
    await attempt(() => onTyped(whole ? groupsOf(typed[0] ?? '') : groupsFrom(asked, typed)));
  }

  const field = (group: number, label: string) => (
    <Field
      key={group}
      label={label}
      {...(wrong.includes(group) ? { validationMessage: t('errors.reasons.recovery-key-wrong') } : {})}
    >
      <Input
        value={typed[group] ?? ''}
        onChange={(_, { value }) => setTyped({ ...typed, [group]: value })}
        autoComplete="off"
        spellCheck={false}
      />
    </Field>
  );

  return (
    <form className={styles.form} onSubmit={confirm}>
      <p>{whole ? t('setup.firstRun.recovery.gone') : t('setup.firstRun.recovery.proof')}</p>
      {whole ? (
        field(0, t('setup.firstRun.recovery.whole'))
      ) : (
        <div className={styles.groups}>
          {asked.map((group) => field(group, t('setup.firstRun.recovery.group', { group })))}
        </div>
      )}
      {wrong.length === 0 && <ErrorNote error={error} />}
      <div className={styles.buttons}>
        {onShow && <Button onClick={onShow}>{t('setup.firstRun.recovery.show')}</Button>}
        <Button type="submit" appearance="primary" disabled={busy}>
          {submit ?? t('setup.firstRun.recovery.confirm')}
        </Button>
      </div>
    </form>
  );
}

/** Two different ones, in their order. */
function twoGroups(): readonly number[] {
  const first = 1 + Math.floor(Math.random() * groupsOfAKey);
  const second = 1 + ((first + Math.floor(Math.random() * (groupsOfAKey - 1))) % groupsOfAKey);
  return [first, second].sort((left, right) => left - right);
}

function groupsFrom(asked: readonly number[], typed: Readonly<Record<number, string>>) {
  return asked.map((group) => ({ group, text: (typed[group] ?? '').trim() }));
}

/** However it was typed: with dashes, with spaces, or in one. */
function groupsOf(text: string): { group: number; text: string }[] {
  const characters = text.replaceAll(/[\s\p{Dash_Punctuation}]/gu, '');
  return Array.from({ length: groupsOfAKey }, (_, at) => ({
    group: at + 1,
    text: characters.slice(at * 5, at === groupsOfAKey - 1 ? at * 5 + 20 : at * 5 + 5),
  }));
}

function wrongGroups({ data }: Failure): readonly number[] {
  const issues = Array.isArray(data.issues) ? data.issues : [];
  return issues.flatMap((issue: unknown) => {
    if (typeof issue !== 'object' || issue === null) return [];
    if ('groups' in issue && Array.isArray(issue.groups))
      return issue.groups.filter((group) => Number.isInteger(group));
    return 'group' in issue && typeof issue.group === 'number' ? [0] : [];
  });
}
