import { makeStyles, TabList, type TabListProps } from '@fluentui/react-components';

const useStyles = makeStyles({ list: { flexWrap: 'wrap' } });

/** The parts of a screen, in as many rows as the window needs. */
export function Tabs(props: Omit<TabListProps, 'className'>) {
  return <TabList size="small" {...props} className={useStyles().list} />;
}
