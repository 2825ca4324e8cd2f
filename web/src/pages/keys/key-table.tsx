import { Badge, Button, Card, Group, Table, Text } from '@mantine/core';
import type { Key } from '../../api/queries.ts';
import { formatAgo, formatCount, formatTimeOr } from '../../parts/format.ts';
import { ScrollRegion } from '../../parts/scroll-region.tsx';
import { Sparkline } from './sparkline.tsx';

/** What is to be done to a key. */
export interface OnKey {
  readonly what: 'edit' | 'rotate' | 'revoke';
  readonly key: Key;
}

const COLORS: Readonly<Record<Key['status'], string>> = {
  active: 'teal',
  disabled: 'gray',
  expired: 'orange',
  revoked: 'red',
};

/** Keys in a row each, with what can be done to them. */
export function KeyTable({
  keys,
  isReadOnly,
  onOpen,
}: {
  keys: readonly Key[];
  isReadOnly: boolean;
  onOpen: (open: OnKey) => void;
}) {
  const now = Date.now();
  return (
    <Card withBorder padding={0}>
      <ScrollRegion name={{ 'aria-label': 'Keys' }}>
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
      </ScrollRegion>
    </Card>
  );
}

const ACTIONS = [
  ['edit', 'Edit'],
  ['rotate', 'Rotate'],
  ['revoke', 'Revoke'],
] as const;

function Actions({ of, onOpen }: { of: Key; onOpen: (open: OnKey) => void }) {
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
