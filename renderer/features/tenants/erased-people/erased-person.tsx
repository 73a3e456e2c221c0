import { Button, Subtitle2 } from '@fluentui/react-components';
import type { SubjectErasure } from '../../../../shared/contract/subjects.ts';
import { t } from '../../../i18n/translate.ts';
import { Facts } from '../../../ui/facts.tsx';
import { Identifier } from '../../../ui/identifier.tsx';
import { saveFile } from '../../../ui/save-file.ts';
import { Time } from '../../../ui/time.tsx';
import { CertificateText } from '../certificate-text.tsx';

/** One erasure of a person: where copies of the key lay, and the certificate. */
export function ErasedPerson({ erasure }: { readonly erasure: SubjectErasure }) {
  const { pseudonym, kind, tenantId, erasedAt, keyDestroyedAt, logged, places, certificate } = erasure;
  return (
    <>
      <Facts
        facts={[
          [t('subject.columns.person'), <Identifier key="person" value={pseudonym} />],
          [t('subject.columns.kind'), t(`subject.kinds.${kind}`)],
          ...(tenantId === null
            ? []
            : [[t('subject.details.tenant'), <Identifier key="tenant" value={tenantId} />] as const]),
          [t('subject.columns.erased'), <Time key="erased" value={erasedAt} />],
          [t('subject.details.destroyed'), <Time key="destroyed" value={keyDestroyedAt} />],
          [
            t('subject.details.logged'),
            logged === null
              ? t('common.none')
              : `${t('subject.details.entries', { count: logged.entries })}, ${t('subject.details.fields', { count: logged.fields })}`,
          ],
          ...places.map(
            (place) =>
              [
                place.name || t('subject.dialog.first'),
                <PlaceState key={place.targetId} place={place} />,
              ] as const,
          ),
        ]}
      />
      <div>
        <Button
          disabled={certificate === null}
          onClick={() =>
            certificate !== null &&
            saveFile(certificate, 'text/plain', `holdfast-erasure-${pseudonym.replace(':', '-')}.txt`)
          }
        >
          {t('subject.save')}
        </Button>
      </div>
      <Subtitle2 as="h3">{t('subject.details.certificate')}</Subtitle2>
      {certificate === null ? (
        t('subject.details.none')
      ) : (
        <>
          <CertificateText certificate={certificate} />
          <span>{t('subject.details.check')}</span>
        </>
      )}
    </>
  );
}

function PlaceState({ place: { state, locked } }: { readonly place: SubjectErasure['places'][number] }) {
  if (locked === null) return <span>{t(`subject.place.${state}`)}</span>;
  if (locked.until === null) return <span>{t('subject.place.lockedOpen')}</span>;
  return (
    <span>
      {t('subject.place.locked')} <Time value={locked.until} />
    </span>
  );
}
