import { Body1, Button, MessageBar, MessageBarBody, makeStyles, Subtitle2 } from '@fluentui/react-components';
import { useMutation } from '@tanstack/react-query';
import type { Breach, BreachDetails as Details } from '../../../../shared/contract/audit/breaches.ts';
import { formatCount } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { CommandLine } from '../../../ui/command-line.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { Identifier } from '../../../ui/identifier.tsx';
import { saveFile } from '../../../ui/save-file.ts';
import { TenantName } from '../../../ui/tenant-name.tsx';
import { TextLink } from '../../../ui/text-link.tsx';
import { Time } from '../../../ui/time.tsx';
import { BreachActions } from './breach-actions.tsx';
import { BreachHistory } from './breach-history.tsx';
import { TimeLeft } from './time-left.tsx';

const useStyles = makeStyles({
  section: { display: 'flex', flexDirection: 'column', gap: '8px', overflowWrap: 'anywhere' },
  text: { whiteSpace: 'pre-wrap' },
  entries: { display: 'flex', flexWrap: 'wrap', gap: '4px 12px', margin: 0, padding: 0, listStyle: 'none' },
  missing: { margin: '4px 0 0', paddingInlineStart: '20px' },
  buttons: { display: 'flex', flexWrap: 'wrap', gap: '8px' },
});

const types = { pdf: 'application/pdf', json: 'application/json' } as const;

/** One breach: how much time is left, what is missing, what is on record, and how it came to be. */
export function BreachDetails({ details }: { readonly details: Details }) {
  const styles = useStyles();
  const { query } = useApi();
  const { breach, restsOn, history, isBehind } = details;
  const report = useMutation(
    query.audit.createBreachReport.mutationOptions({
      gcTime: 0,
      onSuccess: ({ fileName, content }, { form = 'pdf' }) =>
        saveFile(
          Uint8Array.from(atob(content), (each) => each.charCodeAt(0)),
          types[form],
          fileName,
        ),
    }),
  );
  const save = (form: 'pdf' | 'json') => report.mutate({ breachId: breach.id, form });
  return (
    <>
      <section className={styles.section}>
        <TimeLeft breach={breach} />
        {isBehind && (
          <MessageBar intent="error" layout="multiline">
            <MessageBarBody>{t('breaches.details.behind')}</MessageBarBody>
          </MessageBar>
        )}
        {breach.missing.length > 0 && (
          <MessageBar intent={breach.state === 'open' ? 'warning' : 'info'} layout="multiline">
            <MessageBarBody>
              {t('breaches.details.missing')}
              <ul className={styles.missing}>
                {breach.missing.map((gap) => (
                  <li key={gap}>{t(`breaches.gaps.${gap}`)}</li>
                ))}
              </ul>
            </MessageBarBody>
          </MessageBar>
        )}
        <BreachActions breach={breach} />
      </section>
      <Facts facts={timesOf(breach)} />
      {texts.map(([member, title]) => (
        <section key={member} className={styles.section}>
          <Subtitle2 as="h3">{t(title)}</Subtitle2>
          <Body1 className={styles.text}>{breach[member] ?? t('breaches.unknown')}</Body1>
          {member === 'description' && <Facts facts={affectedOf(breach)} />}
          {member === 'consequences' && (
            <Body1>
              {breach.risk === null ? t('breaches.notJudged') : t(`breaches.risks.${breach.risk}`)}
            </Body1>
          )}
        </section>
      ))}
      {restsOn.length > 0 && (
        <section className={styles.section}>
          <Subtitle2 as="h3">{t('breaches.details.restsOn')}</Subtitle2>
          <ul className={styles.entries}>
            {restsOn.map(({ logId, index, state, entry }) => (
              <li key={`${logId} ${index}`}>
                {entry === null ? (
                  t(state === 'changed' ? 'breaches.details.changed' : 'breaches.details.gone2', {
                    index: formatCount(index),
                  })
                ) : (
                  <TextLink href={`/audit?entry=${entry.eventId}`}>
                    {t('breaches.details.entry', { index: formatCount(index) })}
                  </TextLink>
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
      <BreachHistory history={history} />
      <section className={styles.section}>
        <div className={styles.buttons}>
          <Button disabled={report.isPending} onClick={() => save('pdf')}>
            {t('breaches.details.pdf')}
          </Button>
          <Button disabled={report.isPending} onClick={() => save('json')}>
            {t('breaches.details.json')}
          </Button>
        </div>
        <ErrorNote error={report.error} />
        <CommandLine command={`holdfast breach report ${breach.id} --out FILE.pdf`} />
      </section>
    </>
  );
}

/** In the order of Art. 33(3). */
const texts = [
  ['description', 'breaches.details.description'],
  ['contact', 'breaches.details.contact'],
  ['consequences', 'breaches.details.consequences'],
  ['measures', 'breaches.details.measures'],
] as const;

function timesOf(breach: Breach) {
  const { notifications, controllers, told, notNotified, notTold, closed, lateReason, recordedBy, tenants } =
    breach;
  const dated = (at: string, text: string) => (
    <span>
      <Time value={at} /> {text}
    </span>
  );
  return [
    [t('breaches.details.due'), <Time key="due" value={breach.dueAt} />],
    [t('breaches.details.aware'), <Time key="aware" value={breach.awareAt} />],
    [
      t('breaches.details.began'),
      <Time key="began" value={breach.beganAt} missing={t('breaches.unknown')} />,
    ],
    [t('breaches.details.recorded'), dated(breach.recordedAt, recordedBy ?? t('breaches.details.gone'))],
    ...(tenants.length === 0
      ? []
      : [[t('breaches.columns.tenants'), <TenantNames key="tenants" ids={tenants} />] as const]),
    ...notifications.map(({ at, authority, reference, note }, nth) => {
      const more = [authority, reference && t('breaches.details.reference', { reference }), note];
      return [
        `${t('breaches.details.told')}${nth === 0 ? '' : ` (${nth + 1})`}`,
        dated(at, more.filter(Boolean).join(', ')),
      ] as const;
    }),
    ...(lateReason === null ? [] : [[t('breaches.details.late'), lateReason] as const]),
    ...(notNotified === null
      ? []
      : [[t('breaches.details.notNotified'), dated(notNotified.at, notNotified.reason)] as const]),
    ...controllers.map(
      ({ at, name, how }, nth) =>
        [
          `${t('breaches.details.controllerTold')}${nth === 0 ? '' : ` (${nth + 1})`}`,
          dated(at, [name, how].filter(Boolean).join(', ')),
        ] as const,
    ),
    ...told.map(
      ({ at, how }, nth) =>
        [`${t('breaches.details.peopleTold')}${nth === 0 ? '' : ` (${nth + 1})`}`, dated(at, how)] as const,
    ),
    ...(notTold === null
      ? []
      : [
          [
            t('breaches.details.notTold'),
            dated(notTold.at, `${t(`breaches.grounds.${notTold.ground}`)}: ${notTold.reason}`),
          ] as const,
        ]),
    ...(closed === null ? [] : [[t('breaches.details.closed'), dated(closed.at, closed.reason)] as const]),
    ['Id', <Identifier key="id" value={breach.id} />],
  ] as const;
}

function TenantNames({ ids }: { readonly ids: readonly string[] }) {
  return (
    <>
      {ids.map((id, nth) => (
        <span key={id}>
          {nth > 0 && ', '}
          <TenantName id={id} />
        </span>
      ))}
    </>
  );
}

function affectedOf({ role, nature, people, records }: Breach) {
  const many = ({ categories, approximate }: Breach['people']) =>
    [
      categories,
      approximate === null ? null : t('breaches.details.about', { count: formatCount(approximate) }),
    ]
      .filter((part) => part !== null)
      .join(', ') || t('breaches.unknown');
  return [
    [t('breaches.details.role'), t(`breaches.roles.${role}`)],
    [
      t('breaches.details.nature'),
      nature.map((each) => t(`breaches.natures.${each}`)).join('; ') || t('breaches.unknown'),
    ],
    [t('breaches.details.people'), many(people)],
    [t('breaches.details.records'), many(records)],
  ] as const;
}
