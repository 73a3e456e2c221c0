import { makeStyles, tokens } from '@fluentui/react-components';
import { PlugDisconnectedRegular } from '@fluentui/react-icons';
import { useSyncExternalStore } from 'react';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';

const useStyles = makeStyles({
  lost: {
    display: 'flex',
    alignItems: 'center',
    gap: '6px',
    color: tokens.colorStatusDangerForeground1,
    fontWeight: tokens.fontWeightSemibold,
  },
});

/** Says when the core cannot be reached; nothing while it can. */
export function ConnectionState() {
  const styles = useStyles();
  const { connection } = useApi();
  const state = useSyncExternalStore(connection.subscribe, () => connection.state);
  return (
    <div role="status">
      {state === 'lost' && (
        <span className={styles.lost}>
          <PlugDisconnectedRegular aria-hidden />
          {t('shell.connection.lost')}
        </span>
      )}
    </div>
  );
}
