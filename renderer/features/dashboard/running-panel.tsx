import { makeStyles } from '@fluentui/react-components';
import { useLocation } from 'wouter';
import { t } from '../../i18n/translate.ts';
import { useCurrentJobs } from '../../rpc/use-current-jobs.ts';
import { RunningJob } from '../../ui/job-item.tsx';
import { Panel } from '../../ui/panel.tsx';

const useStyles = makeStyles({
  list: {
    listStyleType: 'none',
    margin: 0,
    padding: 0,
    display: 'grid',
    gap: '16px',
    gridTemplateColumns: 'repeat(auto-fit, minmax(320px, 1fr))',
  },
});

/** The jobs at work; nothing while there are none. */
export function RunningPanel() {
  const styles = useStyles();
  const { running = [] } = useCurrentJobs();
  const [, go] = useLocation();
  if (running.length === 0) return null;
  return (
    <Panel title={t('dashboard.jobs.title')}>
      <ul className={styles.list}>
        {running.map((job) => (
          <RunningJob key={job.id} listed={job} go={go} />
        ))}
      </ul>
    </Panel>
  );
}
