import { Spinner, Subtitle2 } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useAllowed } from '../../../app/session.tsx';
import { formatBytes, formatCount, formatDuration } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { CommandLine, shellWord } from '../../../ui/command-line.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { Identifier } from '../../../ui/identifier.tsx';
import { LinkButton } from '../../../ui/link-button.tsx';
import { ownerName } from '../../../ui/owner-name.ts';
import { Time } from '../../../ui/time.tsx';
import { useTenants } from '../../../ui/use-names.ts';
import { HoldSnapshot } from '../retention/hold-snapshot.tsx';
import { ForgetSnapshot } from './forget-snapshot.tsx';
import { VerifySnapshot } from './verify-snapshot.tsx';

/** What one snapshot holds, and what can be done with it. */
export function SnapshotDetails({ id }: { readonly id: string }) {
  const { query } = useApi();
  const tenants = useTenants();
  const mayRestore = useAllowed('backups:restore');
  const found = useQuery(query.backups.getSnapshot.queryOptions({ input: { snapshotId: id } }));
  // one that was just removed is gone from the list while the dialog still says so
  if (found.data === undefined) {
    return found.error ? (
      <ErrorNote error={found.error} onRetry={() => void found.refetch()} />
    ) : (
      <Spinner label={t('common.loading')} />
    );
  }
  const snapshot = found.data;
  const target = snapshot.tenantId === null ? 'installation=1' : `tenant=${snapshot.tenantId}`;
  return (
    <>
      <Facts
        facts={[
          [t('backups.history.columns.of'), ownerName(snapshot.tenantId, tenants)],
          [t('backups.history.columns.time'), <Time key="time" value={snapshot.time} />],
          [t('backups.history.columns.kind'), t(`words.snapshotKind.${snapshot.kind}`)],
          [t('backups.history.columns.added'), formatBytes(snapshot.bytesAdded)],
          [t('backups.history.columns.duration'), formatDuration(snapshot.durationMs)],
          [
            t('backups.history.columns.verified'),
            snapshot.verified === null ? (
              t('common.notYet')
            ) : (
              <span key="verified">
                {t(`backups.levels.${snapshot.verified.level}`)}, <Time value={snapshot.verified.time} />
              </span>
            ),
          ],
          ...(snapshot.safety
            ? [[t('backups.history.safety'), t('backups.details.safetyText')] as const]
            : []),
          [t('backups.details.files'), formatCount(snapshot.files)],
          [t('backups.details.id'), <Identifier key="id" value={snapshot.id} />],
          [t('backups.details.repository'), <Identifier key="repository" value={snapshot.repository} />],
        ]}
      />
      {snapshot.collections.length > 0 && (
        <>
          <Subtitle2 as="h3">{t('backups.details.collections')}</Subtitle2>
          <Facts
            facts={snapshot.collections.map(({ collection, rows }) => [
              collection,
              t('common.rows', { count: rows }),
            ])}
          />
        </>
      )}
      <Subtitle2 as="h3">{t('backups.details.databases')}</Subtitle2>
      <Facts
        facts={snapshot.databases.map(({ name, bytes, pages }) => [
          `${name}.db`,
          t('backups.details.pages', { bytes: formatBytes(bytes), pages: formatCount(pages) }),
        ])}
      />
      {mayRestore && (
        <div>
          <LinkButton href={`/backups/restore?${target}&snapshot=${snapshot.id}`}>
            {t('backups.details.restore')}
          </LinkButton>
        </div>
      )}
      <VerifySnapshot snapshotId={snapshot.id} />
      <HoldSnapshot snapshotId={snapshot.id} />
      <ForgetSnapshot snapshotId={snapshot.id} />
      <CommandLine
        label={t('backups.details.restic')}
        command={`restic -r ${shellWord(snapshot.repository)} ls ${snapshot.id.slice(0, 8)}`}
      />
    </>
  );
}
