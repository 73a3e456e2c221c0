import {
  Body1,
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
} from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useAllowed } from '../../app/session.tsx';
import { ReasonDialog } from '../../ui/reason-dialog.tsx';

interface AcknowledgeBarProps {
  readonly title: string;
  /** What it means. */
  readonly children: ReactNode;
  /** Of the button that leads to the dialog. */
  readonly open: string;
  readonly dialog: { readonly title: string; readonly text: string; readonly submit: string };
  /** The same on the command line. */
  readonly command: string;
  readonly acknowledge: (reason: string) => Promise<unknown>;
}

/** While something is not as Holdfast left it: what that means, and the owner's way on. */
export function AcknowledgeBar({ title, children, open, dialog, command, acknowledge }: AcknowledgeBarProps) {
  const queries = useQueryClient();
  const mayAcknowledge = useAllowed('operators:write');
  const [asking, setAsking] = useState(false);
  return (
    <>
      <MessageBar intent="error" layout="multiline">
        <MessageBarBody>
          <MessageBarTitle>{title}</MessageBarTitle>
          {children}
        </MessageBarBody>
        {mayAcknowledge && (
          <MessageBarActions>
            <Button onClick={() => setAsking(true)}>{open}</Button>
          </MessageBarActions>
        )}
      </MessageBar>
      {asking && (
        <ReasonDialog
          title={dialog.title}
          submit={dialog.submit}
          command={command}
          onClose={() => setAsking(false)}
          onSubmit={async (reason) => {
            await acknowledge(reason);
            await queries.invalidateQueries();
          }}
        >
          <Body1>{dialog.text}</Body1>
        </ReasonDialog>
      )}
    </>
  );
}
