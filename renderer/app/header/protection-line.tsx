import { makeStyles, mergeClasses, Tooltip, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { Status } from '../../../shared/contract/suite.ts';
import { t } from '../../i18n/translate.ts';
import { useStatus } from '../../rpc/use-status.ts';
import { logStateOf } from '../../ui/protection/log-state.ts';
import { logTones, protectionTones } from '../../ui/protection/tones.ts';
import { reasonText, useProtection } from '../../ui/protection/use-protection.ts';
import { useVerdict } from '../../ui/protection/use-verdict.ts';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Time } from '../../ui/time.tsx';

const useStyles = makeStyles({
  line: {
    display: 'flex',
    alignItems: 'center',
    gap: '4px 16px',
    minWidth: 0,
    overflow: 'hidden',
    whiteSpace: 'nowrap',
    fontSize: tokens.fontSizeBase200,
    padding: '3px',
  },
  link: {
    display: 'inline-flex',
    alignItems: 'center',
    gap: '6px',
    flexShrink: 0,
    color: tokens.colorNeutralForeground2,
    textDecorationLine: 'none',
    borderRadius: tokens.borderRadiusMedium,
    ':hover': { textDecorationLine: 'underline', color: tokens.colorNeutralForeground1 },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  wide: { '@media (max-width: 1279px)': { display: 'none' } },
  middling: { '@media (max-width: 979px)': { display: 'none' } },
  narrow: { '@media (max-width: 759px)': { display: 'none' } },
});

/** Whether the installation is protected and the log intact; each part opens the screen that says more. */
export function ProtectionLine() {
  const styles = useStyles();
  const status = useStatus();
  return (
    <nav className={styles.line} aria-label={t('shell.protection.label')}>
      {status.data === undefined ? (
        <Part
          href="/"
          hint={status.error ? t('shell.protection.unknownHint') : t('shell.protection.checking')}
        >
          <StateBadge
            tone={status.error ? 'warning' : 'neutral'}
            text={status.error ? t('shell.protection.unknown') : t('shell.protection.checking')}
          />
        </Part>
      ) : (
        <Known status={status.data} />
      )}
    </nav>
  );
}

function Known({ status }: { readonly status: Status }) {
  const styles = useStyles();
  const { state, reasons, backingUp } = useProtection(status);
  const verdict = useVerdict();
  const { lastBackup, lastVerifiedRestore, nextRun, sameDisk } = status.protection;
  const log = logStateOf(status, verdict.data ?? null);
  const sentences = reasons.map((reason) => reasonText(reason, status));
  return (
    <>
      <Part href="/" hint={sentences.length === 0 ? t('shell.protection.allGood') : sentences.join(' ')}>
        <StateBadge tone={protectionTones[state]} text={t(`shell.protection.state.${state}`)} />
      </Part>
      <Part href="/backups" className={styles.narrow}>
        {t('shell.protection.lastBackup')} <Time value={lastBackup} as="ago" />
      </Part>
      <Part href="/backups" className={styles.wide}>
        {t('shell.protection.lastRestore')} <Time value={lastVerifiedRestore} as="ago" />
      </Part>
      <Part href="/backups/schedules" className={styles.middling}>
        {t('shell.protection.nextRun')}{' '}
        {backingUp ? (
          t('shell.protection.backingUp')
        ) : reasons.includes('overdue') ? (
          <strong>{t('shell.protection.overdue')}</strong>
        ) : (
          <Time value={nextRun} as="ago" missing={t('shell.protection.byHand')} />
        )}
      </Part>
      {sameDisk && (
        <Part href="/backups" className={styles.wide} hint={t('shell.protection.sameDiskHint')}>
          <StateBadge tone="warning" text={t('shell.protection.sameDisk')} />
        </Part>
      )}
      {(verdict.data !== undefined || log === 'tampered' || log === 'unavailable') && (
        <Part href="/audit" hint={t(`shell.log.hint.${log}`)}>
          <StateBadge tone={logTones[log]} text={t(`shell.log.state.${log}`)} />
        </Part>
      )}
    </>
  );
}

interface PartProps {
  readonly href: string;
  readonly hint?: string;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

function Part({ href, hint, className, children }: PartProps) {
  const styles = useStyles();
  const link = (
    <Link href={href} className={mergeClasses(styles.link, className)}>
      {children}
    </Link>
  );
  if (hint === undefined) return link;
  return (
    <Tooltip content={hint} relationship="description">
      {link}
    </Tooltip>
  );
}
