import { makeStyles } from '@fluentui/react-components';
import type { Job } from '../../../../shared/contract/suite.ts';
import type { Tenant } from '../../../../shared/contract/tenants.ts';
import { t } from '../../../i18n/translate.ts';
import { list, text } from '../../../ui/json-member.ts';
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
  const pending = list(result, 'places').some((place) => text(place, 'state') === 'pending');
  return (
    <div className={styles.root}>
      <span>{t(pending ? 'erasure.donePending' : 'erasure.done', { name })}</span>
      <LinkButton appearance="primary" href={`/erased?tenant=${id}`}>
        {t('erasure.show')}
      </LinkButton>
    </div>
  );
}
