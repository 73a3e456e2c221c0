import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import type { AuditActorCount, AuditCounts } from '../../../../shared/contract/audit/counts.ts';
import { usePreferences } from '../../../app/preferences.tsx';
import { formatTime } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { actionText } from '../../../ui/action-text.ts';
import type { AuditFilter } from '../filters.ts';
import { FrequencyTable } from './frequency-table.tsx';

const useStyles = makeStyles({
  pane: {
    width: '264px',
    flexShrink: 0,
    overflowY: 'auto',
    boxSizing: 'border-box',
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground1,
    padding: '12px',
    display: 'flex',
    flexDirection: 'column',
    gap: '16px',
    '@media (max-width: 1100px)': {
      width: '100%',
      maxHeight: '200px',
      display: 'grid',
      alignItems: 'start',
      gridTemplateColumns: 'repeat(auto-fit, minmax(220px, 1fr))',
      gap: '8px 24px',
    },
  },
  old: { opacity: 0.6 },
  part: { gridColumn: '1 / -1', fontSize: tokens.fontSizeBase200, margin: 0 },
});

interface CountsPaneProps {
  readonly counts: AuditCounts;
  /** Those of another filter, until these are there. */
  readonly old: boolean;
  readonly filter: AuditFilter;
  readonly set: (changed: Readonly<Record<string, string | undefined>>) => void;
}

/** How often there is each action and each person within the filter. */
export function CountsPane({ counts: { actions, actors, since }, old, filter, set }: CountsPaneProps) {
  const styles = useStyles();
  const { zone } = usePreferences().preferences;
  return (
    <section
      className={mergeClasses(styles.pane, old && styles.old)}
      aria-label={t('audit.counts.title')}
      aria-busy={old}
    >
      {since !== null && (
        <p className={styles.part}>{t('audit.counts.since', { time: formatTime(since, zone) })}</p>
      )}
      <FrequencyTable
        title={t('audit.counts.actions')}
        top={actions.top.map(({ action, count }) => ({
          key: action,
          name: actionText(action),
          count,
          narrow: action,
        }))}
        others={actions.others}
        chosen={filter.action}
        onChoose={(action) => set({ action })}
      />
      <FrequencyTable
        title={t('audit.counts.actors')}
        top={actors.top.map((actor) => ({
          key: actor.pseudonym ?? actor.kind,
          name: actorName(actor),
          count: actor.count,
          narrow: actor.asked ?? undefined,
        }))}
        others={actors.others}
        chosen={filter.actor}
        onChoose={(actor) => set({ actor })}
      />
    </section>
  );
}

function actorName({ kind, name, pseudonym }: AuditActorCount): string {
  if (kind === 'system' || pseudonym === null) return t('common.system');
  return name ?? t('audit.erasedPerson', { pseudonym });
}
