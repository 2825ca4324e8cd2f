import { Badge, Button, Card, Group, ScrollArea, Switch, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { useAccount } from '../../account.tsx';
import { type Key, type KeyWithSecret, useKeys } from '../../api/queries.ts';
import { formatAgo, formatCount, formatTimeOr } from '../../parts/format.ts';
import { Empty, Page } from '../../parts/page.tsx';
import { QueryState } from '../../parts/query-state.tsx';
import { CreateKey } from './create-key.tsx';
import { EditKey } from './edit-key.tsx';
import { RevokeKey } from './revoke-key.tsx';
import { RotateKey } from './rotate-key.tsx';
import { SecretShown } from './secret-shown.tsx';
import { Sparkline } from './sparkline.tsx';

/** What is done to a key at the moment. */
type Open = { readonly what: 'create' } | { readonly what: 'edit' | 'rotate' | 'revoke'; readonly key: Key };

const COLORS: Readonly<Record<Key['status'], string>> = {
  active: 'teal',
  disabled: 'gray',
  expired: 'orange',
  revoked: 'red',
};

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

function KeyTable({
  keys,
  isReadOnly,
  onOpen,
}: {
  keys: readonly Key[];
  isReadOnly: boolean;
  onOpen: (open: Open) => void;
}) {
  const now = Date.now();
  return (
    <Card withBorder padding={0}>
      <ScrollArea viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': 'Keys' }}>
        <Table className="cards" verticalSpacing="sm" horizontalSpacing="md" miw={{ base: 0, sm: 900 }}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Name</Table.Th>
              <Table.Th>Status</Table.Th>
              <Table.Th>Last used</Table.Th>
              <Table.Th>Last 24 h</Table.Th>
              <Table.Th className="number">Requests</Table.Th>
              <Table.Th>Expires</Table.Th>
              {isReadOnly ? null : <Table.Th>Actions</Table.Th>}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {keys.map((key) => (
              <Table.Tr key={key.keyId}>
                <Table.Td data-wide className="name">
                  <Text fw={600}>{key.name}</Text>
                  <Text size="xs" c="dimmed" ff="monospace" style={{ whiteSpace: 'nowrap' }}>
                    {key.hint}
                  </Text>
                </Table.Td>
                <Table.Td data-label="Status">
                  <Group gap={4} wrap="nowrap">
                    <Badge miw="max-content" variant="dot" color={COLORS[key.status]}>
                      {key.status}
                    </Badge>
                    {key.environment === 'test' ? (
                      <Badge miw="max-content" variant="default">
                        test
                      </Badge>
                    ) : null}
                  </Group>
                </Table.Td>
                <Table.Td data-label="Last used" style={{ whiteSpace: 'nowrap' }}>
                  {key.lastUsedAt ? formatAgo(key.lastUsedAt, now) : 'never'}
                </Table.Td>
                <Table.Td data-label="Last 24 h">
                  <Sparkline keyId={key.keyId} isUsed={key.lastUsedAt !== null} name={key.name} />
                </Table.Td>
                <Table.Td data-label="Requests" className="number">
                  {formatCount(key.totalRequests)}
                </Table.Td>
                <Table.Td data-label="Expires">{formatTimeOr(key.expiresAt, 'never')}</Table.Td>
                {isReadOnly ? null : (
                  <Table.Td data-wide>
                    <Actions key={key.keyId} of={key} onOpen={onOpen} />
                  </Table.Td>
                )}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea>
    </Card>
  );
}

const ACTIONS = [
  ['edit', 'Edit'],
  ['rotate', 'Rotate'],
  ['revoke', 'Revoke'],
] as const;

function Actions({ of, onOpen }: { of: Key; onOpen: (open: Open) => void }) {
  if (of.status === 'revoked') return null;
  return (
    <Group gap={4} wrap="nowrap">
      {ACTIONS.map(([what, label]) => (
        <Button
          key={what}
          size="compact-sm"
          variant="default"
          aria-label={`${label} ${of.name}`}
          onClick={() => onOpen({ what, key: of })}
        >
          {label}
        </Button>
      ))}
    </Group>
  );
}
