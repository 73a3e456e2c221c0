import { Button, makeStyles, Subtitle2 } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Erasure } from '../../../../shared/contract/erasures.ts';
import { useAllowed } from '../../../app/session.tsx';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { CommandLine } from '../../../ui/command-line.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { Identifier } from '../../../ui/identifier.tsx';
import { JobPanel } from '../../../ui/job-panel.tsx';
import { member } from '../../../ui/json-member.ts';
import { Time } from '../../../ui/time.tsx';
import { CertificateText } from '../certificate-text.tsx';
import { saveCertificate } from './certificate.ts';

const useStyles = makeStyles({
  buttons: { display: 'flex', gap: '8px', flexWrap: 'wrap' },
  list: { margin: 0, paddingInlineStart: '18px' },
});

/** One erasure: where, what was tried to read the tenant, and the certificate. */
export function ErasureDetails({ erasure }: { readonly erasure: Erasure }) {
  const styles = useStyles();
  const { client, query } = useApi();
  const queries = useQueryClient();
  const mayWrite = useAllowed('tenants:write');
  const [jobId, setJobId] = useState<string>();
  const [error, setError] = useState<unknown>();
  const { tenantId, erasedAt, places, proof, certificate } = erasure;

  async function prove() {
    setError(undefined);
    try {
      setJobId((await client.tenants.proveErasure({ tenantId })).jobId);
    } catch (refused) {
      setError(refused);
    }
  }

  return (
    <>
      <Facts
        facts={[
          [t('erasure.details.tenant'), <Identifier key="id" value={tenantId} />],
          [t('erasure.columns.erased'), <Time key="erased" value={erasedAt} />],
          ...places.map(
            (place) =>
              [
                place.name || t('erasure.dialog.first'),
                <PlaceState key={place.targetId} place={place} />,
              ] as const,
          ),
        ]}
      />
      <div className={styles.buttons}>
        <Button disabled={certificate === null} onClick={() => saveCertificate(erasure)}>
          {t('erasure.save')}
        </Button>
        {mayWrite && (
          <Button disabled={jobId !== undefined} onClick={() => void prove()}>
            {t('erasure.prove')}
          </Button>
        )}
      </div>
      <ErrorNote error={error} />
      {jobId !== undefined && (
        <JobPanel
          jobId={jobId}
          onClose={() => {
            setJobId(undefined);
            void queries.invalidateQueries({ queryKey: query.tenants.key() });
          }}
          done={({ result }) =>
            t(member(member(result, 'proof'), 'ok') === true ? 'erasure.proved' : 'erasure.notProved')
          }
        />
      )}
      {proof !== null && (
        <>
          <Subtitle2 as="h3">{t('erasure.details.attempts')}</Subtitle2>
          <Time value={proof.time} />
          <ul className={styles.list}>
            {proof.attempts.map(({ place, what, finding }) => (
              <li key={`${place ?? 'here'} ${what}`}>
                {place === null ? t('erasure.details.here') : place || t('erasure.dialog.first')}:{' '}
                {t(`erasure.what.${what}`)}: {finding ?? t('erasure.details.nothing')}
              </li>
            ))}
          </ul>
        </>
      )}
      <Subtitle2 as="h3">{t('erasure.details.certificate')}</Subtitle2>
      {certificate === null ? t('erasure.details.none') : <CertificateText certificate={certificate} />}
      <CommandLine command={`holdfast tenant prove-erased --tenant ${tenantId}`} />
    </>
  );
}

/** What became of the backups there; of what an object lock keeps, until when and who can read it. */
function PlaceState({ place: { state, locked } }: { readonly place: Erasure['places'][number] }) {
  if (locked === null) return <span>{t(`erasure.place.${state}`)}</span>;
  return (
    <span>
      {t(locked.until === null ? 'erasure.locked.open' : 'erasure.locked.until')}{' '}
      {locked.until !== null && <Time value={locked.until} />}
      {locked.until !== null && '. '}
      {t(locked.readable ? 'erasure.locked.readable' : 'erasure.locked.unreadable')}
    </span>
  );
}
