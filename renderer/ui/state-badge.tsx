import { Badge, type BadgeProps, makeStyles } from '@fluentui/react-components';
import {
  CheckmarkCircleFilled,
  CircleFilled,
  ErrorCircleFilled,
  type FluentIcon,
  InfoFilled,
  WarningFilled,
} from '@fluentui/react-icons';
import type { Tone } from './tone.ts';

export type { Tone };

const looks: Readonly<Record<Tone, { color: NonNullable<BadgeProps['color']>; icon: FluentIcon }>> = {
  good: { color: 'success', icon: CheckmarkCircleFilled },
  neutral: { color: 'subtle', icon: CircleFilled },
  info: { color: 'informative', icon: InfoFilled },
  warning: { color: 'warning', icon: WarningFilled },
  bad: { color: 'danger', icon: ErrorCircleFilled },
};

// a long word of a narrow place goes on in the next line
const useStyles = makeStyles({ badge: { height: 'auto', minHeight: '20px' } });

interface StateBadgeProps {
  readonly tone: Tone;
  /** The state in a word: colour alone says nothing. */
  readonly text: string;
}

/** A state by shape, word and colour. */
export function StateBadge({ tone, text }: StateBadgeProps) {
  const styles = useStyles();
  const { color, icon: Icon } = looks[tone];
  return (
    <Badge className={styles.badge} appearance="tint" color={color} icon={<Icon aria-hidden />} size="medium">
      {text}
    </Badge>
  );
}
