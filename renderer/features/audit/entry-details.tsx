import { Button, makeStyles, tokens } from '@fluentui/react-components';
import type { SavedFilter } from '../../../shared/contract/audit/saved-filters.ts';
import type { AuditEntry } from '../../../shared/contract/audit.ts';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/translate.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Identifier } from '../../ui/identifier.tsx';
import { OutcomeBadge, SeverityBadge } from '../../ui/severity-badge.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { Time } from '../../ui/time.tsx';
import { actorText, logOwner, resourceText } from './entry-columns.tsx';
import { EntryProof } from './entry-proof.tsx';
import { StatesDiff } from './states-diff.tsx';

const useStyles = makeStyles({
  json: {
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    margin: 0,
  },
});

interface EntryDetailsProps {
  readonly entry: AuditEntry;
  /** The other half of the operation, where it is loaded: its intent or its outcome. */
  readonly twin: AuditEntry | undefined;
  readonly onOpen: (eventId: string) => void;
  /** Narrows the list to what this entry is one of. */
  readonly onNarrow: (filter: SavedFilter['filter']) => void;
}

/** Every field of one entry. */
export function EntryDetails({ entry, twin, onOpen, onNarrow }: EntryDetailsProps) {
  const styles = useStyles();
  const json = JSON.stringify(entry, null, 2);
  const owner = logOwner(entry);
  const { resource } = entry;
  return (
    <>
      <Facts
        facts={[
          [t('audit.columns.time'), <Time key="time" value={entry.time} />],
          [t('audit.columns.action'), <code key="action">{entry.action}</code>],
          [t('audit.columns.severity'), <SeverityBadge key="severity" severity={entry.severity} />],
          [t('audit.columns.outcome'), <OutcomeBadge key="outcome" outcome={entry.outcome} />],
          [t('audit.details.phase'), t(`audit.details.phases.${entry.phase}`)],
          [t('audit.columns.actor'), actorText(entry)],
          [t('audit.columns.resource'), resourceText(entry)],
          [t('audit.details.reason'), entry.reason ?? t('common.none')],
          [
            t('audit.columns.tenant'),
            owner === 'installation' ? (
              t('common.installation')
            ) : (
              <TextLink key="tenant" href={`/tenants/${owner}`}>
                {owner}
              </TextLink>
            ),
          ],
          [t('audit.details.index'), formatCount(entry.index)],
          [t('audit.details.correlation'), <Identifier key="correlation" value={entry.correlationId} />],
          ...Object.entries(entry.facts).map(([name, value]) => [name, String(value)] as const),
        ]}
      />
      {entry.states && <StatesDiff eventId={entry.eventId} />}
      {twin && (
        <Button onClick={() => onOpen(twin.eventId)}>{t(`audit.details.phases.${twin.phase}`)}</Button>
      )}
      {resource !== null && (
        <Button onClick={() => onNarrow({ resourceKind: resource.kind, resourceId: resource.id })}>
          {t('audit.details.history')}
        </Button>
      )}
      <Button onClick={() => onNarrow({ correlationId: entry.correlationId })}>
        {t('audit.details.whole')}
      </Button>
      <EntryProof eventId={entry.eventId} />
      <details>
        <summary>{t('audit.details.json')}</summary>
        <CopyButton text={json} />
        <pre className={styles.json}>{json}</pre>
      </details>
    </>
  );
}
