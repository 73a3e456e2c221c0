import { Body1, Button, makeStyles } from '@fluentui/react-components';
import { DocumentCheckmarkRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { formatBytes } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { CommandLine } from '../../../ui/command-line.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { number } from '../../../ui/json-member.ts';
import { saveFile } from '../../../ui/save-file.ts';

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: '12px' },
  save: { alignSelf: 'flex-start' },
});

/** What an auditor needs beside the bundle, and how it gets there. */
export function HandOver({ result }: { readonly result: unknown }) {
  const styles = useStyles();
  const { query } = useApi();
  const key = useQuery(query.audit.getSigningKey.queryOptions({ input: {} }));
  const [error, setError] = useState<unknown>();

  async function savePage() {
    try {
      const { verifyPage } = await import('virtual:verify-page');
      saveFile(verifyPage, 'text/html;charset=utf-8', 'verify.html');
    } catch (failed) {
      setError(failed);
    }
  }

  return (
    <div className={styles.root}>
      <Body1>
        {t('audit.export.saved', {
          count: number(result, 'entries'),
          bytes: formatBytes(number(result, 'bytes')),
        })}
      </Body1>
      <Body1>{t('audit.export.handOver')}</Body1>
      {key.data && <CommandLine label={t('audit.export.key')} command={key.data.key} />}
      <Body1>{t('audit.export.page')}</Body1>
      <Button className={styles.save} icon={<DocumentCheckmarkRegular />} onClick={() => void savePage()}>
        {t('audit.export.savePage')}
      </Button>
      <ErrorNote error={key.error ?? error} />
    </div>
  );
}
