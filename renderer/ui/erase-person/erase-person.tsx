import { Button } from '@fluentui/react-components';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { useAllowed } from '../../app/session.tsx';
import { t } from '../../i18n/translate.ts';
import { ErasePersonDialog } from './erase-person-dialog.tsx';
import type { Person } from './person.ts';

/** Erases one person for good, after a look at what goes, and leads to where that is seen; shows nothing to who may not. */
export function ErasePerson({ person }: { readonly person: Person }) {
  const mayErase = useAllowed('tenants:write');
  const [, go] = useLocation();
  const [asking, setAsking] = useState(false);
  if (!mayErase) return null;
  return (
    <>
      <div>
        <Button onClick={() => setAsking(true)}>
          {t(person.kind === 'bot' ? 'subject.actionBot' : 'subject.action')}
        </Button>
      </div>
      {asking && (
        <ErasePersonDialog
          person={person}
          // the row that this stands beside goes with the person
          onStarted={(jobId) => go(`/erased/people?person=${person.id}&job=${jobId}`)}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
