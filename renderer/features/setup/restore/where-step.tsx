import { Body1, Field, Input } from '@fluentui/react-components';
import type { FoundBackups } from '../../../../shared/contract/recovery.ts';
import { issuesOf } from '../../../i18n/failure-text.ts';
import { t } from '../../../i18n/translate.ts';
import { toFailure } from '../../../rpc/failure.ts';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { CredentialFields } from '../../../ui/place/credential-fields.tsx';
import { HostKey } from '../../../ui/place/host-key.tsx';
import type { PlaceDraft } from '../../../ui/place/place-draft.ts';
import { isPlaceComplete } from '../../../ui/place/place-draft.ts';
import { PlaceFields } from '../../../ui/place/place-fields.tsx';
import type { ShownHostKey } from '../../../ui/place/use-host-key.ts';
import { problem } from '../../../ui/problem.ts';
import { isWholePath } from '../first-run/target-step.tsx';
import { Found } from './found.tsx';
import type { SourceDraft } from './source.ts';

interface WhereStepProps {
  readonly source: SourceDraft;
  readonly onPlace: (change: Partial<PlaceDraft>) => void;
  readonly onFolder: (folder: string) => void;
  readonly hostKey: ShownHostKey;
  readonly found: FoundBackups | undefined;
  readonly tried: boolean;
  readonly error: unknown;
}

/** Where the backups lie: a folder, a bucket, a folder of an SFTP server. */
export function WhereStep({ source, onPlace, onFolder, hostKey, found, tried, error }: WhereStepProps) {
  const { place, folder } = source;
  const isRemote = place.kind !== 'folder';
  const pathNeeded = (path: string) =>
    tried && !isWholePath(path) ? t('setup.firstRun.target.pathNeeded') : undefined;
  const ofPath = isRemote ? undefined : pathNeeded(place.path);
  const issues = new Map(ofPath === undefined ? issuesIn(error) : [['place.path', ofPath]]);
  return (
    <>
      <Body1>{t('setup.restore.where.text')}</Body1>
      <HostKey shown={hostKey} />
      <PlaceFields
        draft={place}
        onChange={onPlace}
        issues={issues}
        folder={{ label: t('setup.restore.where.path'), hint: t('setup.restore.where.hint') }}
      />
      <CredentialFields draft={place} onChange={onPlace} issues={issues} required />
      {isRemote && (
        <Field
          label={t('setup.restore.where.folder')}
          hint={t('setup.restore.where.folderHint')}
          required
          {...problem(pathNeeded(folder))}
        >
          <Input
            value={folder}
            onChange={(_, { value }) => onFolder(value)}
            autoComplete="off"
            spellCheck={false}
            maxLength={4096}
          />
        </Field>
      )}
      {isRemote && tried && !isPlaceComplete(place) && (
        <Body1 role="alert">{t('setup.restore.where.incomplete')}</Body1>
      )}
      <ErrorNote error={error} />
      {found && <Found found={found} />}
    </>
  );
}

/** The fields know nothing of the name that the contract has for another machine. */
function issuesIn(error: unknown): [string, string][] {
  if (error === undefined) return [];
  return [...issuesOf(toFailure(error))].map(([path, text]) => [path.replace(/^remote\./, ''), text]);
}
