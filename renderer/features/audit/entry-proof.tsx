import { makeStyles, Spinner, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Identifier } from '../../ui/identifier.tsx';

const useStyles = makeStyles({
  proof: {
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    margin: 0,
  },
});

/** What shows to a stranger that the entry is in its log; fetched once it is opened. */
export function EntryProof({ eventId }: { readonly eventId: string }) {
  const [opened, setOpened] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpened(currentTarget.open)}>
      <summary>{t('audit.proof.title')}</summary>
      {opened && <Proof eventId={eventId} />}
    </details>
  );
}

function Proof({ eventId }: { readonly eventId: string }) {
  const styles = useStyles();
  const { query } = useApi();
  const found = useQuery(
    query.audit.getAuditProof.queryOptions({ input: { eventId }, staleTime: Number.POSITIVE_INFINITY }),
  );
  if (found.error) return <ErrorNote error={found.error} onRetry={() => void found.refetch()} />;
  if (found.data === undefined) return <Spinner size="tiny" label={t('common.loading')} />;
  const { index, size, leaf, root, proof } = found.data;
  return (
    <>
      <p>{t('audit.proof.meaning', { index: formatCount(index), size: formatCount(size) })}</p>
      <Facts
        facts={[
          [t('audit.proof.leaf'), <Identifier key="leaf" value={leaf} />],
          [t('audit.proof.root'), <Identifier key="root" value={root} />],
        ]}
      />
      <CopyButton text={proof} />
      <pre className={styles.proof}>{proof}</pre>
    </>
  );
}
