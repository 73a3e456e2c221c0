import { Button, MessageBar, MessageBarBody } from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Schedule } from '../../../../shared/contract/backups/schedules.ts';
import { issuesOf } from '../../../i18n/failure-text.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { toFailure } from '../../../rpc/failure.ts';
import { CommandLine } from '../../../ui/command-line.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { FormDialog } from '../../../ui/form-dialog.tsx';
import { type Owner, ownerOption } from '../owner.ts';
import { CopiesGoTo } from './copies-go-to.tsx';
import { draftOf, settingIn } from './draft.ts';
import { Preview } from './preview.tsx';
import { ScheduleFields } from './schedule-fields.tsx';
import { settingOptions } from './words.ts';

interface EditScheduleProps {
  readonly owner: Owner;
  readonly name: string;
  readonly onClose: () => void;
}

/** The schedule of an owner, and what its next runs would be. */
export function EditSchedule({ owner, name, onClose }: EditScheduleProps) {
  const { query } = useApi();
  const { data, error } = useQuery(
    // what is being typed must not be written over by an answer
    query.backups.getSchedule.queryOptions({ input: owner, staleTime: Number.POSITIVE_INFINITY, gcTime: 0 }),
  );
  if (error) return <ErrorNote error={error} />;
  return data === undefined ? null : <Form {...{ owner, name, onClose }} schedule={data} />;
}

function Form({ owner, name, schedule, onClose }: EditScheduleProps & { readonly schedule: Schedule }) {
  const { client, query } = useApi();
  const queries = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(schedule.setting));
  const [issues, setIssues] = useState<ReadonlyMap<string, string>>(new Map());
  const setting = settingIn(draft);

  async function done(change: Promise<unknown>) {
    await change;
    await queries.invalidateQueries({ queryKey: query.backups.key() });
    onClose();
  }

  return (
    <FormDialog
      title={t('schedules.dialog.title', { owner: name })}
      submit={t('schedules.dialog.submit')}
      disabled={setting === undefined || schedule.allowed === 'manual'}
      onSubmit={async () => {
        if (setting !== undefined) await done(client.backups.setSchedule({ ...owner, setting }));
      }}
      onError={(error) => setIssues(issuesOf(toFailure(error)))}
      onClose={onClose}
    >
      {schedule.allowed === 'manual' ? (
        <MessageBar intent="info" layout="multiline">
          <MessageBarBody>{t('schedules.manual')}</MessageBarBody>
        </MessageBar>
      ) : (
        <>
          <ScheduleFields
            draft={draft}
            allowed={schedule.allowed}
            issues={issues}
            onChange={(changed) => {
              setDraft(changed);
              setIssues(new Map());
            }}
          />
          <Preview owner={owner} setting={setting} />
          <CopiesGoTo owner={owner} />
          {schedule.set !== null && (
            <div>
              <Button onClick={() => setDraft(draftOf(schedule.default))}>
                {t('schedules.dialog.reset')}
              </Button>
            </div>
          )}
          {setting && (
            <CommandLine
              command={`holdfast backup schedule set ${ownerOption(owner)} ${settingOptions(setting)}`}
            />
          )}
        </>
      )}
    </FormDialog>
  );
}
