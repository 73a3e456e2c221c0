import { Field, MessageBar, MessageBarBody } from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Tenant, TenantUsage } from '../../../../shared/contract/tenants.ts';
import { type Tier, tierRules, tiers } from '../../../../shared/tiers.ts';
import { formatBytes, formatCount } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { Choice } from '../../../ui/choice.tsx';
import { CommandLine } from '../../../ui/command-line.tsx';
import { FormDialog } from '../../../ui/form-dialog.tsx';
import { TierTable } from '../list/tier-table.tsx';

interface ChangeTierProps {
  readonly tenant: Tenant;
  readonly onClose: () => void;
}

const quotas = ['bots', 'users', 'storageBytes'] as const;

/** Another tier, with what would be over its limits said before. */
export function ChangeTier({ tenant: { id, name, slug, tier: before }, onClose }: ChangeTierProps) {
  const { client, query } = useApi();
  const queries = useQueryClient();
  const usage = useQuery(query.tenants.getUsage.queryOptions({ input: { tenant: id } }));
  const [tier, setTier] = useState<Tier>(before);
  const over = usage.data === undefined ? [] : overOf(usage.data, tier);
  return (
    <FormDialog
      title={t('tenants.overview.tierTitle', { name })}
      submit={t('tenants.overview.tierSubmit')}
      disabled={tier === before || over.length > 0}
      onClose={onClose}
      onSubmit={async () => {
        await client.tenants.updateTenant({ tenant: id, tier });
        await queries.invalidateQueries({ queryKey: query.tenants.key() });
        onClose();
      }}
    >
      <p>{t('tenants.overview.tierText')}</p>
      <Field label={t('tenants.create.tier')}>
        <Choice
          label={t('tenants.create.tier')}
          value={tier}
          options={tiers.map((known) => [known, t(`words.tier.${known}`)])}
          onChange={(value) => value && setTier(value)}
        />
      </Field>
      <TierTable chosen={tier} />
      {over.length > 0 && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            {t('tenants.overview.over')} {over.join('; ')}
          </MessageBarBody>
        </MessageBar>
      )}
      <CommandLine command={`holdfast tenant update --tenant ${slug} --tier ${tier}`} />
    </FormDialog>
  );
}

function overOf({ usage }: TenantUsage, tier: Tier): readonly string[] {
  return quotas.flatMap((quota) => {
    const limit = tierRules[tier][quota];
    if (limit === null || usage[quota] <= limit) return [];
    const format = quota === 'storageBytes' ? formatBytes : formatCount;
    const used = t('tenants.overview.used', { used: format(usage[quota]), limit: format(limit) });
    return [`${t(`tenants.overview.quota.${quota}`)}: ${used}`];
  });
}
