import {
  Button,
  Field,
  Input,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  makeStyles,
  Textarea,
  tokens,
} from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { DocumentRevision, Tenant } from '../../../../shared/contract/tenants.ts';
import { collectionPattern, documentIdPattern } from '../../../../shared/ids.ts';
import { issuesOf } from '../../../i18n/failure-text.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { toFailure } from '../../../rpc/failure.ts';
import { FormDialog } from '../../../ui/form-dialog.tsx';
import { problem } from '../../../ui/problem.ts';
import { parseJson } from './parse-json.ts';
import { documentText, jsonText, TextDifference } from './text-difference.tsx';

const useStyles = makeStyles({
  text: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200 },
});

interface EditDocumentProps {
  readonly tenant: Tenant;
  readonly collection: string | undefined;
  /** undefined: a new one. */
  readonly document: DocumentRevision | undefined;
  readonly onSaved: (collection: string, id: string) => void;
  readonly onClose: () => void;
}

/** A document as JSON text. A change that somebody else made meanwhile is found, not overwritten. */
export function EditDocument({ tenant, collection: given, document, onSaved, onClose }: EditDocumentProps) {
  const styles = useStyles();
  const { client, query } = useApi();
  const queries = useQueryClient();
  const [collection, setCollection] = useState(given ?? '');
  const [id, setId] = useState(document?.id ?? '');
  const [text, setText] = useState(document ? documentText(document) : '{\n  \n}');
  const [error, setError] = useState<unknown>();
  /** The revision that a save replaces: the one that was read, or the one that was compared with since. */
  const [seen, setSeen] = useState(document?.revision ?? 0);
  const [theirs, setTheirs] = useState<string>();
  const of = { tenant: tenant.id, collection, id };
  const parsed = parseJson(text);
  const mine = 'value' in parsed ? jsonText(parsed.value) : text;
  const issues = issuesOf(toFailure(error));
  const ready = collectionPattern.test(collection) && documentIdPattern.test(id) && 'value' in parsed;

  async function save() {
    if (!('value' in parsed)) return;
    setError(undefined);
    try {
      await client.tenants.putDocument({ ...of, value: parsed.value, ifRevision: seen });
    } catch (failure) {
      const { code, data } = toFailure(failure);
      if (code !== 'CONFLICT' || data.reason !== 'revision') throw failure;
      const now = Number(data.revision) === 0 ? undefined : await client.tenants.getDocument(of);
      setTheirs(documentText(now));
      setSeen(now?.revision ?? 0);
      return;
    }
    await queries.invalidateQueries({ queryKey: query.tenants.key() });
    onSaved(collection, id);
  }

  return (
    <FormDialog
      title={document ? t('tenants.data.editTitle', { id: document.id }) : t('tenants.data.newTitle')}
      submit={t(theirs === undefined ? 'tenants.data.save' : 'tenants.data.saveOver')}
      disabled={!ready}
      onSubmit={save}
      onError={setError}
      onClose={onClose}
    >
      {document === undefined && (
        <>
          <Field label={t('tenants.data.collection')} hint={t('tenants.data.collectionHint')} required>
            <Input value={collection} onChange={(_, data) => setCollection(data.value)} spellCheck={false} />
          </Field>
          <Field label={t('tenants.data.id')} required {...problem(issues.get('id'))}>
            <Input value={id} onChange={(_, data) => setId(data.value)} spellCheck={false} />
          </Field>
        </>
      )}
      <Field
        label={t('tenants.data.json')}
        required
        {...problem('reason' in parsed ? t('tenants.data.notJson', { reason: parsed.reason }) : undefined)}
      >
        <Textarea
          value={text}
          onChange={(_, data) => setText(data.value)}
          textarea={{ className: styles.text }}
          rows={14}
          resize="vertical"
          spellCheck={false}
        />
      </Field>
      {theirs !== undefined && (
        <>
          <MessageBar intent="warning" layout="multiline">
            <MessageBarBody>
              {t(theirs === '' ? 'tenants.data.staleDeleted' : 'tenants.data.stale')}
            </MessageBarBody>
            {theirs !== '' && (
              <MessageBarActions>
                <Button onClick={() => setText(theirs)}>{t('tenants.data.takeTheirs')}</Button>
              </MessageBarActions>
            )}
          </MessageBar>
          <TextDifference caption={t('tenants.data.staleCompare')} before={theirs} after={mine} />
        </>
      )}
    </FormDialog>
  );
}
