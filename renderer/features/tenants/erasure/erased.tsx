import { makeStyles } from '@fluentui/react-components';
import type { Job } from '../../../../shared/contract/suite.ts';
import type { Tenant } from '../../../../shared/contract/tenants.ts';
import { t } from '../../../i18n/translate.ts';
import { list, member, text } from '../../../ui/json-member.ts';
import { LinkButton } from '../../../ui/link-button.tsx';

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: '8px', alignItems: 'flex-start' },
});

interface ErasedProps {
  readonly tenant: Pick<Tenant, 'id' | 'name'>;
  readonly job: Pick<Job, 'result'>;
}

/** That a tenant is gone, from where it is not yet, and where the certificate is. */
export function Erased({ tenant: { id, name }, job: { result } }: ErasedProps) {
  const styles = useStyles();
  const pending = list(result, 'places').filter((place) => text(place, 'state') === 'pending');
  const away = pending.some((place) => member(place, 'locked') === null);
  const outcome = away ? 'donePending' : pending.length > 0 ? 'doneLocked' : 'done';
  return (
    <div className={styles.root}>
      <span>{t(`erasure.${outcome}`, { name })}</span>
      <LinkButton appearance="primary" href={`/erased?tenant=${id}`}>
        {t('erasure.show')}
      </LinkButton>
    </div>
  );
}
