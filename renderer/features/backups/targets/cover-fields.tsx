import { Checkbox, Field, makeStyles, Radio, RadioGroup, Tag, TagGroup } from '@fluentui/react-components';
import { tierRules, tiers } from '../../../../shared/tiers.ts';
import { t } from '../../../i18n/translate.ts';
import { ownerName } from '../../../ui/owner-name.ts';
import { problem } from '../../../ui/problem.ts';
import { TenantChoice } from '../../../ui/tenant-choice.tsx';
import { useTenants } from '../../../ui/use-names.ts';
import { type CoverDraft, coverKinds } from './cover-draft.ts';

const useStyles = makeStyles({
  tiers: { display: 'flex', flexWrap: 'wrap', gap: '0 4px', border: 'none', margin: 0, padding: 0 },
  tenants: { display: 'flex', flexDirection: 'column', alignItems: 'flex-start', gap: '8px' },
  chosen: { flexWrap: 'wrap', rowGap: '4px' },
});

const copiedTiers = tiers.filter((tier) => tierRules[tier].replication);

interface CoverFieldsProps {
  readonly draft: CoverDraft;
  readonly onChange: (part: Partial<CoverDraft>) => void;
  readonly issues: ReadonlyMap<string, string>;
}

/** Whose copies a target is to have. */
export function CoverFields({
  draft: { cover, tiers: chosen, tenants },
  onChange,
  issues,
}: CoverFieldsProps) {
  const styles = useStyles();
  const names = useTenants();
  const toggled = <Each,>(all: readonly Each[], each: Each, isIn: boolean) =>
    isIn ? [...all, each] : all.filter((other) => other !== each);
  return (
    <>
      <Field
        label={t('targets.cover.label')}
        hint={t('targets.cover.hint')}
        {...problem(issues.get('covers'))}
      >
        <RadioGroup
          value={cover}
          onChange={(_, { value }) => {
            const kind = coverKinds.find((each) => each === value);
            if (kind !== undefined) onChange({ cover: kind });
          }}
        >
          {coverKinds.map((kind) => (
            <Radio key={kind} value={kind} label={t(`targets.cover.kinds.${kind}`)} />
          ))}
        </RadioGroup>
      </Field>
      {cover === 'tiers' && (
        <fieldset className={styles.tiers} aria-label={t('targets.cover.tiers')}>
          {copiedTiers.map((tier) => (
            <Checkbox
              key={tier}
              label={t(`words.tier.${tier}`)}
              checked={chosen.includes(tier)}
              onChange={(_, { checked }) => onChange({ tiers: toggled(chosen, tier, checked === true) })}
            />
          ))}
        </fieldset>
      )}
      {cover === 'tenants' && (
        <Field label={t('targets.cover.tenants')}>
          <div className={styles.tenants}>
            {tenants.length > 0 && (
              <TagGroup
                className={styles.chosen}
                aria-label={t('targets.cover.chosen')}
                onDismiss={(_, { value }) => onChange({ tenants: toggled(tenants, value, false) })}
              >
                {tenants.map((id) => (
                  <Tag
                    key={id}
                    value={id}
                    dismissible
                    dismissIcon={{ 'aria-label': t('targets.cover.leaveOut') }}
                  >
                    {ownerName(id, names)}
                  </Tag>
                ))}
              </TagGroup>
            )}
            <TenantChoice
              label={t('targets.cover.add')}
              placeholder={t('targets.cover.add')}
              value={undefined}
              onChange={(id) => {
                if (id !== undefined && id !== '' && !tenants.includes(id))
                  onChange({ tenants: [...tenants, id] });
              }}
            />
          </div>
        </Field>
      )}
    </>
  );
}
