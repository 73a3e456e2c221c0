import { Button } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useAllowed } from '../../app/session.tsx';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { JobPanel } from '../job-panel.tsx';
import { list, text } from '../json-member.ts';
import { LinkButton } from '../link-button.tsx';
import { ErasePersonDialog } from './erase-person-dialog.tsx';
import type { Person } from './person.ts';

/** Erases one person for good, after a look at what goes; shows nothing to who may not. */
export function ErasePerson({ person }: { readonly person: Person }) {
  const { query } = useApi();
  const queries = useQueryClient();
  const mayErase = useAllowed('tenants:write');
  const [asking, setAsking] = useState(false);
  const [jobId, setJobId] = useState<string>();
  if (!mayErase) return null;
  return (
    <>
      <div>
        <Button disabled={jobId !== undefined} onClick={() => setAsking(true)}>
          {t(person.kind === 'bot' ? 'subject.actionBot' : 'subject.action')}
        </Button>
      </div>
      {jobId !== undefined && (
        <JobPanel
          jobId={jobId}
          onClose={() => {
            setJobId(undefined);
            void queries.invalidateQueries({ queryKey: query.tenants.key() });
            void queries.invalidateQueries({ queryKey: query.auth.key() });
          }}
          done={({ result }) => {
            const isPending = list(result, 'places').some((place) => text(place, 'state') === 'pending');
            return (
              <>
                <p>{t(isPending ? 'subject.donePending' : 'subject.done')}</p>
                <LinkButton appearance="primary" href={`/erased/people?person=${person.id}`}>
                  {t('subject.show')}
                </LinkButton>
              </>
            );
          }}
        />
      )}
      {asking && <ErasePersonDialog person={person} onStarted={setJobId} onClose={() => setAsking(false)} />}
    </>
  );
}
