import { Button, Checkbox, Field, makeStyles, Textarea } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { useJob } from '../../../rpc/use-job.ts';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { JobPanel } from '../../../ui/job-panel.tsx';
import { problem } from '../../../ui/problem.ts';
import { linesOf, noPart } from './destination.ts';
import { FindParts } from './find-parts.tsx';
import { openedOf } from './opened.ts';
import type { RestoreDraft } from './restore-draft.ts';

const useStyles = makeStyles({
  group: { border: 'none', margin: 0, padding: 0, '& legend': { padding: 0 } },
  find: { alignSelf: 'flex-start' },
});

interface ChosenPartsProps {
  readonly draft: RestoreDraft;
  readonly onChange: (changed: Partial<RestoreDraft>) => void;
  readonly tried: boolean;
}

/** Whole collections to tick, documents and files to find among those of then, and a line for each part. */
export function ChosenParts({ draft, onChange, tried }: ChosenPartsProps) {
  const styles = useStyles();
  const { client, query } = useApi();
  const { source, snapshot, at, from, parts } = draft;
  const [jobId, setJobId] = useState<string>();
  const [error, setError] = useState<unknown>();
  const { job } = useJob(jobId);
  const opened = openedOf(job);
  const found = useQuery(
    query.tenants.listCollections.queryOptions({
      input: { tenant: source ?? '' },
      enabled: source !== undefined,
    }),
  );
  const collections = (opened?.places ?? found.data?.items ?? []).map(({ collection }) => collection);
  const lines = linesOf(parts);
  const wrong = noPart(parts);
  const trouble =
    wrong === undefined
      ? lines.length === 0 && t('restore.where.missingParts')
      : t('restore.where.noPart', { part: wrong });
  const toggle = (part: string, wanted = !lines.includes(part)) => {
    const others = lines.filter((line) => line !== part);
    onChange({ parts: (wanted ? [...others, part] : others).join('\n') });
  };

  async function open() {
    if (source === undefined) return;
    setError(undefined);
    try {
      const when = at === undefined ? { snapshotId: snapshot } : { at };
      const where = from === undefined ? {} : { fromTargetId: from };
      setJobId((await client.backups.openRestorePoint({ tenant: source, ...when, ...where })).jobId);
    } catch (refused) {
      setError(refused);
    }
  }

  return (
    <>
      {collections.length > 0 && (
        <fieldset className={styles.group}>
          <legend>{t('restore.where.collections')}</legend>
          {collections.map((collection) => (
            <Checkbox
              key={collection}
              label={collection === '$files' ? t('restore.where.allFiles') : collection}
              checked={lines.includes(collection)}
              onChange={(_, { checked }) => toggle(collection, checked === true)}
            />
          ))}
        </fieldset>
      )}
      {opened === undefined && (job === undefined || job.endedAt !== null) && (
        <Button className={styles.find} onClick={() => void open()}>
          {t('restore.find.open')}
        </Button>
      )}
      <ErrorNote error={error} />
      {jobId !== undefined && opened === undefined && <JobPanel jobId={jobId} done={() => null} />}
      {opened !== undefined && (
        <FindParts
          opened={opened}
          chosen={new Set(lines)}
          onToggle={toggle}
          onAgain={() => {
            setJobId(undefined);
            void open();
          }}
        />
      )}
      <Field
        label={t('restore.where.partLines')}
        hint={t('restore.where.partHint')}
        required
        {...problem(tried && trouble !== false ? trouble : undefined)}
      >
        <Textarea
          value={parts}
          onChange={(_, { value }) => onChange({ parts: value })}
          rows={4}
          resize="vertical"
          spellCheck={false}
        />
      </Field>
    </>
  );
}
