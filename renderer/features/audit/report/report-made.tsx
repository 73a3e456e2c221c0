import { Body1, MessageBar, MessageBarBody, MessageBarTitle } from '@fluentui/react-components';
import { t } from '../../../i18n/translate.ts';
import { saveDownload, type TransferFile } from '../../../rpc/transfers.ts';
import { Facts } from '../../../ui/facts.tsx';
import { Identifier } from '../../../ui/identifier.tsx';
import { JobPanel } from '../../../ui/job-panel.tsx';
import { list, text } from '../../../ui/json-member.ts';
import { Once } from '../../../ui/once.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { HandOver } from '../export/hand-over.tsx';

interface ReportMadeProps {
  readonly jobId: string;
  readonly file: TransferFile;
  /** It lies in an export of the log. */
  readonly exported: boolean;
  readonly onClose: () => void;
}

/** A report from its start until the browser has it. */
export function ReportMade({ jobId, file, exported, onClose }: ReportMadeProps) {
  return (
    <Panel title={t('reports.form.title')}>
      <JobPanel
        jobId={jobId}
        onClose={onClose}
        done={({ result }) => (
          <Once run={() => saveDownload(file)}>
            {exported ? <HandOver result={result} /> : <Made result={result} />}
          </Once>
        )}
      />
    </Panel>
  );
}

function Made({ result }: { readonly result: unknown }) {
  const said = text(result, 'verdict');
  const verdict = said === 'verified' || said === 'tampered' ? said : 'incomplete';
  const files = list(result, 'files');
  return (
    <>
      <MessageBar intent={verdict === 'verified' ? 'success' : 'error'} layout="multiline">
        <MessageBarBody>
          <MessageBarTitle>{t('reports.made.title')}</MessageBarTitle>
          {t('reports.made.verdict')}: {t(`audit.verification.verdict.${verdict}`)}.{' '}
          {t(`audit.verification.verdicts.${verdict}`)}
        </MessageBarBody>
      </MessageBar>
      <Body1>{t('reports.made.saved')}</Body1>
      <Facts
        facts={files.map((each) => [
          t('reports.made.sha256', { name: text(each, 'name') }),
          <Identifier key="sha256" value={text(each, 'sha256')} />,
        ])}
      />
    </>
  );
}
