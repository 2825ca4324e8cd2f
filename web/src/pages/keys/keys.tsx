import { Button, Card, Switch, Text } from '@mantine/core';
import { useState } from 'react';
import { useAccount } from '../../account.tsx';
import { type KeyWithSecret, useKeys } from '../../api/queries.ts';
import { Empty, Page } from '../../parts/page.tsx';
import { QueryState } from '../../parts/query-state.tsx';
import { CreateKey } from './create-key.tsx';
import { EditKey } from './edit-key.tsx';
import { KeyTable, type OnKey } from './key-table.tsx';
import { RevokeKey } from './revoke-key.tsx';
import { RotateKey } from './rotate-key.tsx';
import { SecretShown } from './secret-shown.tsx';

/** What is done to a key at the moment. */
type Open = { readonly what: 'create' } | OnKey;

/** The account's keys. */
export default function Keys() {
  const { email, isReadOnly } = useAccount();
  const [includeRevoked, setIncludeRevoked] = useState(false);
  const [open, setOpen] = useState<Open>();
  const [shown, setMade] = useState<{ made: KeyWithSecret; isNew: boolean }>();
  const keys = useKeys(email, { includeRevoked });
  const close = () => setOpen(undefined);
  const show = (isNew: boolean) => (key: KeyWithSecret) => {
    setOpen(undefined);
    setMade({ made: key, isNew });
  };
  return (
    <Page
      title="Keys"
      lead="Each key has limits, scopes and a life of its own."
      actions={
        <>
          <Switch
            label="Show revoked"
            checked={includeRevoked}
            onChange={({ currentTarget }) => setIncludeRevoked(currentTarget.checked)}
          />
          {isReadOnly ? null : <Button onClick={() => setOpen({ what: 'create' })}>Create key</Button>}
        </>
      }
    >
      <QueryState query={keys}>
        {({ keys: found }) =>
          found.length === 0 ? (
            <Card withBorder>
              <Empty title="No keys yet">
                <Text c="dimmed">Make one to call the API.</Text>
                {isReadOnly ? null : <Button onClick={() => setOpen({ what: 'create' })}>Create your first key</Button>}
              </Empty>
            </Card>
          ) : (
            <KeyTable keys={found} isReadOnly={isReadOnly} onOpen={setOpen} />
          )
        }
      </QueryState>
      {open?.what === 'create' ? <CreateKey email={email} onClose={close} onMade={show(true)} /> : null}
      {open?.what === 'edit' ? <EditKey email={email} given={open.key} onClose={close} /> : null}
      {open?.what === 'rotate' ? (
        <RotateKey email={email} given={open.key} onClose={close} onMade={show(false)} />
      ) : null}
      {open?.what === 'revoke' ? <RevokeKey email={email} given={open.key} onClose={close} /> : null}
      {shown ? <SecretShown {...shown} onClose={() => setMade(undefined)} /> : null}
    </Page>
  );
}
