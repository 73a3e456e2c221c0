import { Field, Input } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { slugPattern } from '../../../../shared/ids.ts';
import { type Tier, tiers } from '../../../../shared/tiers.ts';
import { issuesOf } from '../../../i18n/failure-text.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { toFailure } from '../../../rpc/failure.ts';
import { Choice } from '../../../ui/choice.tsx';
import { CommandLine, shellWord } from '../../../ui/command-line.tsx';
import { FormDialog } from '../../../ui/form-dialog.tsx';
import { problem } from '../../../ui/problem.ts';
import { TierTable } from './tier-table.tsx';

/** A new tenant, opened once it is made. */
export function CreateTenant({ onClose }: { readonly onClose: () => void }) {
  const { client, query } = useApi();
  const queries = useQueryClient();
  const [, go] = useLocation();
  const [name, setName] = useState('');
  const [slug, setSlug] = useState('');
  const [tier, setTier] = useState<Tier>('standard');
  const [issues, setIssues] = useState<ReadonlyMap<string, string>>(new Map());
  const slugWrong = slug !== '' && !slugPattern.test(slug);

  async function create() {
    const made = await client.tenants.createTenant({ name, tier, ...(slug === '' ? {} : { slug }) });
    await queries.invalidateQueries({ queryKey: query.tenants.key() });
    go(`/tenants/${made.id}`);
  }

  return (
    <FormDialog
      title={t('tenants.create.title')}
      submit={t('tenants.create.submit')}
      disabled={name.trim() === '' || slugWrong}
      onSubmit={create}
      onError={(error) => setIssues(issuesOf(toFailure(error)))}
      onClose={onClose}
    >
      <Field label={t('tenants.create.name')} required {...problem(issues.get('name'))}>
        <Input value={name} onChange={(_, data) => setName(data.value)} maxLength={120} autoFocus />
      </Field>
      <Field
        label={t('tenants.create.slug')}
        hint={t('tenants.create.slugHint')}
        {...problem(slugWrong ? t('tenants.create.slugWrong') : issues.get('slug'))}
      >
        <Input value={slug} onChange={(_, data) => setSlug(data.value)} maxLength={40} spellCheck={false} />
      </Field>
      <Field label={t('tenants.create.tier')} required>
        <Choice
          label={t('tenants.create.tier')}
          value={tier}
          options={tiers.map((known) => [known, t(`words.tier.${known}`)])}
          onChange={(value) => value && setTier(value)}
        />
      </Field>
      <TierTable chosen={tier} />
      <CommandLine
        command={`holdfast tenant create --name ${shellWord(name.trim() || 'NAME')} --tier ${tier}${slug === '' ? '' : ` --slug ${slug}`}`}
      />
    </FormDialog>
  );
}
