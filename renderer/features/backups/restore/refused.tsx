import { Button } from '@fluentui/react-components';
import { t } from '../../../i18n/translate.ts';
import { toFailure } from '../../../rpc/failure.ts';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { list } from '../../../ui/json-member.ts';
import { Obstacles } from './obstacles.tsx';

interface RefusedProps {
  /** What was thrown; nothing is shown for undefined. */
  readonly error: unknown;
  readonly onOtherPlace: () => void;
}

/** Why a restore was not even begun: what has come in its way since it was looked at, or any other error. */
export function Refused({ error, onOtherPlace }: RefusedProps) {
  const obstacles =
    error === undefined
      ? []
      : list(toFailure(error).data, 'obstacles').filter((each) => typeof each === 'string');
  if (obstacles.length === 0) return <ErrorNote error={error} />;
  return (
    <>
      <Obstacles obstacles={obstacles} />
      <div>
        <Button onClick={onOtherPlace}>{t('restore.run.back.where')}</Button>
      </div>
    </>
  );
}
