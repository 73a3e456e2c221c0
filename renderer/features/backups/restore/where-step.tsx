import { Caption1, Field, Input, Radio, RadioGroup } from '@fluentui/react-components';
import { useAllowed } from '../../../app/session.tsx';
import { t } from '../../../i18n/translate.ts';
import { problem } from '../../../ui/problem.ts';
import { ChosenParts } from './chosen-parts.tsx';
import { isWholePath } from './destination.ts';
import { NewTenant } from './new-tenant.tsx';
import { Preflight } from './preflight.tsx';
import { isFolder, isOfParts, places, type RestoreDraft } from './restore-draft.ts';
import type { RestoreWork } from './use-restore.ts';

interface WhereStepProps {
  readonly draft: RestoreDraft;
  readonly onChange: (changed: Partial<RestoreDraft>) => void;
  readonly work: RestoreWork;
  readonly tried: boolean;
  readonly onAgain: () => void;
}

/** Step 3: over what is there now, beside it as a new tenant, or into a folder; going on looks whether anything stands in the way. */
export function WhereStep({ draft, onChange, work, tried, onAgain }: WhereStepProps) {
  const own = draft.source === 'installation';
  const isOwner = useAllowed('operators:write');
  return (
    <>
      <Field
        label={t('restore.where.text')}
        {...problem(tried && draft.to === undefined ? t('restore.where.missing') : undefined)}
      >
        <RadioGroup
          value={draft.to ?? ''}
          onChange={(_, { value }) => onChange({ to: places.find((known) => known === value) })}
        >
          <Radio
            value="in-place"
            disabled={own && !isOwner}
            label={
              <>
                {t(own ? 'restore.where.ownInPlace' : 'restore.where.inPlace')}
                <br />
                <Caption1>
                  {own ? t('restore.what.installationNote') : t('restore.where.inPlaceText')}
                </Caption1>
              </>
            }
          />
          <Radio
            value="parts"
            disabled={own}
            label={
              <>
                {t('restore.where.parts')}
                <br />
                <Caption1>{t('restore.where.partsText')}</Caption1>
              </>
            }
          />
          <Radio
            value="tenant"
            disabled={own}
            label={
              <>
                {t('restore.where.tenant')}
                <br />
                <Caption1>{t('restore.where.tenantText')}</Caption1>
              </>
            }
          />
          <Radio
            value="folder"
            label={
              <>
                {t('restore.where.folder')}
                <br />
                <Caption1>{t('restore.where.folderText')}</Caption1>
              </>
            }
          />
          <Radio
            value="parts-folder"
            disabled={own}
            label={
              <>
                {t('restore.where.partsFolder')}
                <br />
                <Caption1>{t('restore.where.partsFolderText')}</Caption1>
              </>
            }
          />
        </RadioGroup>
      </Field>
      {isOfParts(draft.to) && <ChosenParts draft={draft} onChange={onChange} tried={tried} />}
      {draft.to === 'tenant' && <NewTenant draft={draft} onChange={onChange} tried={tried} />}
      {isFolder(draft.to) && (
        <Field
          label={t('restore.where.path')}
          hint={t('restore.where.pathHint')}
          required
          {...problem(tried && !isWholePath(draft.folder) ? t('restore.where.missingPath') : undefined)}
        >
          <Input
            value={draft.folder}
            onChange={(_, { value }) => onChange({ folder: value })}
            autoComplete="off"
            spellCheck={false}
          />
        </Field>
      )}
      {work.planned ? (
        <Preflight followed={work.planJob} plan={work.plan} onAgain={onAgain} />
      ) : (
        <Caption1>{t('restore.where.next')}</Caption1>
      )}
    </>
  );
}
