import { Body1, Field, MessageBar, MessageBarBody, Subtitle2 } from '@fluentui/react-components';
import type { FoundBackups } from '../../../../shared/contract/recovery.ts';
import { t } from '../../../i18n/translate.ts';
import { CommandLine, shellWord } from '../../../ui/command-line.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { Identifier } from '../../../ui/identifier.tsx';
import { Time } from '../../../ui/time.tsx';
import { TimeField } from '../../../ui/time-field.tsx';
import type { MasterKey } from './plan.ts';
import { type SourceDraft, sourceOptions, sourceText } from './source.ts';

interface SummaryStepProps {
  readonly found: FoundBackups;
  readonly source: SourceDraft;
  /** The one that was confirmed. */
  readonly hostKey: string | undefined;
  readonly dataFolder: string;
  readonly masterKey: MasterKey;
  /** RFC 3339; the newest state where it is left out. */
  readonly at: string | undefined;
  readonly onAt: (at: string | undefined) => void;
  readonly error: unknown;
}

/** What will come back, and what will not. */
export function SummaryStep({
  found,
  source,
  hostKey,
  dataFolder,
  masterKey,
  at,
  onAt,
  error,
}: SummaryStepProps) {
  const known = found.tenants.filter(({ name }) => name !== null);
  const without = known.filter(({ snapshots }) => snapshots === 0).map(({ name }) => name);
  return (
    <>
      <Body1>{t('setup.restore.summary.text')}</Body1>
      <Facts
        facts={[
          [
            t('setup.restore.summary.installation'),
            <Identifier key="installation" value={found.installationId} />,
          ],
          [t('setup.restore.summary.state'), <Time key="state" value={at ?? found.opened?.time ?? null} />],
          [
            t('setup.restore.summary.tenants'),
            t(`setup.restore.summary.${at === undefined ? 'tenantsText' : 'tenantsThen'}`, {
              count: known.length - without.length,
            }),
          ],
          ...(without.length === 0
            ? []
            : ([[t('setup.restore.summary.without'), without.join(', ')]] as const)),
          [t('setup.restore.summary.from'), sourceText(source)],
          ...(source.place.kind === 'folder'
            ? []
            : ([[t('setup.restore.summary.broughtTo'), source.folder.trim()]] as const)),
          [t('setup.restore.summary.into'), dataFolder],
          [
            t('setup.restore.summary.keys'),
            masterKey.secrets === 'keychain'
              ? t('setup.firstRun.keys.keychain')
              : t('setup.firstRun.keys.passphrase'),
          ],
        ]}
      />
      <Field hint={t('setup.restore.summary.atHint')}>
        <TimeField label={t('setup.restore.summary.at')} value={at} onChange={onAt} />
      </Field>
      <Subtitle2 as="h3">{t('setup.restore.summary.lostTitle')}</Subtitle2>
      <ul style={{ margin: 0, paddingInlineStart: '20px' }}>
        <li>{t(`setup.restore.summary.lost.${at === undefined ? 'after' : 'afterThen'}`)}</li>
        {at !== undefined && <li>{t('setup.restore.summary.lost.access')}</li>}
        <li>{t('setup.restore.summary.lost.keys')}</li>
        <li>{t('setup.restore.summary.lost.log')}</li>
        <li>{t('setup.restore.summary.lost.sessions')}</li>
        <li>{t('setup.restore.summary.lost.credentials')}</li>
      </ul>
      <MessageBar intent="warning" layout="multiline">
        <MessageBarBody>{t('setup.restore.summary.twice')}</MessageBarBody>
      </MessageBar>
      <CommandLine command={commandOf(sourceOptions(source, hostKey), dataFolder, masterKey, at)} />
      <ErrorNote error={error} />
    </>
  );
}

function commandOf(
  source: string,
  dataFolder: string,
  { secrets, operator }: MasterKey,
  at: string | undefined,
): string {
  const who = operator.trim() === '' ? '' : ` --operator ${shellWord(operator.trim())}`;
  const keys = secrets === 'keychain' ? '--keychain' : `--passphrase-only${who}`;
  const moment = at === undefined ? '' : ` --at ${at}`;
  return `holdfast recover ${source} --recovery-key-file KEY.txt --data ${shellWord(dataFolder)} ${keys}${moment}`;
}
