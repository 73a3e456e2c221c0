import { Body1, Button, makeStyles, Spinner, tokens } from '@fluentui/react-components';
import type { KeyboardEvent } from 'react';
import type { NearestCommits } from '../../../../shared/contract/backups/timeline.ts';
import { usePreferences } from '../../../app/preferences.tsx';
import { formatMoment } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { ErrorNote } from '../../../ui/error-note.tsx';
import type { Owner } from '../owner.ts';
import { Plot } from './plot.tsx';
import { TimelineTables } from './timeline-tables.tsx';
import { useTimeline } from './use-timeline.ts';
import { moved, nextOf, showing, zoomed } from './view.ts';
import { momentWords } from './words.ts';

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: '6px', flexShrink: 0 },
  buttons: { display: 'flex', flexWrap: 'wrap', gap: '6px', alignItems: 'center' },
  legend: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
  meaning: { overflowWrap: 'anywhere' },
});

interface TimelineViewProps {
  readonly owner: Owner;
  /** The chosen moment, RFC 3339. */
  readonly at: string | undefined;
  readonly onChoose: (at: string) => void;
  /** What can be done with the moment. */
  readonly next?: (nearest: NearestCommits | null) => React.ReactNode;
}

const closer = 1 / 3;

/** What of an owner can be had back, to look at closely and to choose a moment of. */
export function TimelineView({ owner, at, onChoose, next }: TimelineViewProps) {
  const styles = useStyles();
  const { zone } = usePreferences().preferences;
  const { timeline, bounds, view, setView, error, refetch } = useTimeline(owner, at);
  if (timeline === undefined || view === undefined || bounds === undefined) {
    if (error) return <ErrorNote error={error} onRetry={refetch} />;
    return <Spinner label={t('common.loading')} />;
  }
  const { begins, capturedTo } = timeline;
  if (begins === null) return <Body1>{t('timeline.none')}</Body1>;
  // an answer to an earlier question says nothing of this moment
  const nearest = timeline.nearest?.at === at ? timeline.nearest : null;
  const chosen = at === undefined ? undefined : Date.parse(at);
  const choose = (time: number) => {
    setView(showing(view, time, bounds));
    onChoose(new Date(Math.round(time)).toISOString());
  };
  const zoom = (factor: number) => setView(zoomed(view, factor, chosen ?? (view.from + view.to) / 2, bounds));
  const snapshots = timeline.snapshots.map(({ commit }) => Date.parse(commit.time));
  const stepBy = (direction: 1 | -1, what: 'commit' | 'snapshot') => {
    const from = chosen ?? bounds.to;
    if (what === 'snapshot') {
      const to = nextOf(snapshots, from, direction);
      if (to !== undefined) choose(to);
    } else if (chosen === undefined) choose(bounds.to);
    else if (direction === 1 && nearest?.after) choose(Date.parse(nearest.after.time));
    // a moment before the commit stands for the one before it
    else if (direction === -1 && nearest?.before) choose(Date.parse(nearest.before.time) - 1);
  };
  const onKey = (event: KeyboardEvent<HTMLElement>) => {
    const keys: Readonly<Record<string, (() => void) | undefined>> = {
      ArrowLeft: () => stepBy(-1, event.shiftKey ? 'snapshot' : 'commit'),
      ArrowDown: () => stepBy(-1, event.shiftKey ? 'snapshot' : 'commit'),
      ArrowRight: () => stepBy(1, event.shiftKey ? 'snapshot' : 'commit'),
      ArrowUp: () => stepBy(1, event.shiftKey ? 'snapshot' : 'commit'),
      PageDown: () => stepBy(-1, 'snapshot'),
      PageUp: () => stepBy(1, 'snapshot'),
      Home: () => choose(Date.parse(begins.time)),
      End: () => choose(bounds.to),
      '+': () => zoom(closer),
      '=': () => zoom(closer),
      '-': () => zoom(1 / closer),
      '0': () => setView(undefined),
    };
    const act = keys[event.key];
    if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  };
  const meaning = at !== undefined && nearest === null ? t('timeline.looking') : momentWords(nearest, zone);
  return (
    <div className={styles.root}>
      <div className={styles.buttons}>
        <Button size="small" onClick={() => zoom(closer)}>
          {t('timeline.closer')}
        </Button>
        <Button size="small" onClick={() => zoom(1 / closer)}>
          {t('timeline.further')}
        </Button>
        <Button size="small" onClick={() => setView(moved(view, -1, bounds))}>
          {t('timeline.earlier')}
        </Button>
        <Button size="small" onClick={() => setView(moved(view, 1, bounds))}>
          {t('timeline.later')}
        </Button>
        <Button size="small" onClick={() => setView(undefined)}>
          {t('timeline.all')}
        </Button>
        <Button size="small" onClick={() => stepBy(-1, 'commit')}>
          {t('timeline.commitBefore')}
        </Button>
        <Button size="small" onClick={() => stepBy(1, 'commit')}>
          {t('timeline.commitAfter')}
        </Button>
      </div>
      <Plot timeline={timeline} view={view} at={chosen} meaning={meaning} onChoose={choose} onKey={onKey} />
      <span className={styles.legend}>
        {t('timeline.legend')}{' '}
        {capturedTo === null
          ? t('timeline.notCaptured')
          : t('timeline.captured', { time: formatMoment(capturedTo, zone) })}
      </span>
      <ErrorNote error={error} onRetry={refetch} />
      <div role="status" className={styles.meaning}>
        {meaning}
      </div>
      {next?.(nearest)}
      <TimelineTables timeline={timeline} onChoose={(time) => choose(Date.parse(time))} />
    </div>
  );
}
