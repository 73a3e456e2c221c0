import { Caption1, Checkbox, makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import type { EvidenceStatus } from '../../../../shared/compliance.ts';
import type { CompliancePreview } from '../../../../shared/contract/audit/reports.ts';
import { formatCount } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { StateBadge, type Tone } from '../../../ui/state-badge.tsx';
import { Sideways } from '../sideways.tsx';

const useStyles = makeStyles({
  table: { width: '100%', minWidth: '640px', borderCollapse: 'collapse', fontSize: tokens.fontSizeBase200 },
  head: {
    color: tokens.colorNeutralForeground3,
    textAlign: 'start',
    fontWeight: 'inherit',
    padding: '4px 8px 4px 0',
  },
  cell: {
    textAlign: 'start',
    verticalAlign: 'top',
    padding: '6px 12px 6px 0',
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  control: { fontWeight: 'inherit' },
  id: { whiteSpace: 'nowrap', fontWeight: tokens.fontWeightSemibold },
  quiet: { display: 'block', color: tokens.colorNeutralForeground3 },
});

/** How what was found looks. */
export const statusTones = {
  'evidence-for': 'good',
  'may-be-archived': 'warning',
  'no-evidence-found': 'warning',
  'not-applicable': 'neutral',
  'needs-human-evidence': 'info',
} as const satisfies Record<EvidenceStatus, Tone>;

interface ControlTableProps {
  readonly controls: CompliancePreview['controls'];
  /** Those that are left out; undefined where none may be. */
  readonly without: ReadonlySet<string> | undefined;
  readonly onChange: (without: ReadonlySet<string>) => void;
}

/** Controls, what each asks for, and what was found; with boxes where they may be chosen. */
export function ControlTable({ controls, without, onChange }: ControlTableProps) {
  const styles = useStyles();
  const toggle = (id: string) => {
    const changed = new Set(without);
    if (!changed.delete(id)) changed.add(id);
    onChange(changed);
  };
  const left = without?.size ?? 0;
  return (
    <Sideways label={t('reports.preview.label')}>
      <table className={styles.table} aria-label={t('reports.preview.label')}>
        <thead>
          <tr>
            {without && (
              <th scope="col" className={styles.head}>
                <Checkbox
                  aria-label={t('reports.preview.all')}
                  checked={left === 0 ? true : left === controls.length ? false : 'mixed'}
                  onChange={() => onChange(new Set(left === 0 ? controls.map(({ id }) => id) : []))}
                />
              </th>
            )}
            {(['control', 'asks', 'found', 'entries', 'nist'] as const).map((column) => (
              <th key={column} scope="col" className={styles.head}>
                {t(`reports.preview.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {controls.map(({ id, title, asks, status, why, entries, nist, collect }) => (
            <tr key={id}>
              {without && (
                <td className={styles.cell}>
                  <Checkbox
                    aria-label={t('reports.preview.chosen', { id })}
                    checked={!without.has(id)}
                    onChange={() => toggle(id)}
                  />
                </td>
              )}
              <th scope="row" className={mergeClasses(styles.cell, styles.control)}>
                <span className={styles.id}>{id}</span>
                <span className={styles.quiet}>{title}</span>
              </th>
              <td className={styles.cell}>
                {asks}
                {collect.length > 0 && (
                  <Caption1 className={styles.quiet}>
                    {t('reports.preview.collect', { what: collect.join('; ') })}
                  </Caption1>
                )}
              </td>
              <td className={styles.cell}>
                <StateBadge tone={statusTones[status]} text={t(`reports.status.${status}`)} />
                <Caption1 className={styles.quiet}>{why}</Caption1>
              </td>
              <td className={styles.cell}>{formatCount(entries)}</td>
              <td className={styles.cell}>{nist.join(', ') || '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Sideways>
  );
}
