import { Button, Group, Select, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { endGrace, rotateKey, useChange } from '../../api/changes.ts';
import { isConflict } from '../../api/problem.ts';
import { type Key, type KeyWithSecret, useKeys } from '../../api/queries.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { formatAgo, formatTimeOr } from '../../parts/format.ts';
import { Problem } from '../../parts/query-state.tsx';
import { Conflict } from './conflict.tsx';

const GRACES = [
  { value: '0', label: 'None: the old secret ends at once' },
  { value: '3600', label: '1 hour' },
  { value: '86400', label: '1 day' },
  { value: '604800', label: '7 days' },
];

/** Gives a key a new secret; the old one works on until the grace ends. */
export function RotateKey({
  email,
  given,
  onClose,
  onMade,
}: {
  email: string;
  given: Key;
  onClose: () => void;
  onMade: (key: KeyWithSecret) => void;
}) {
  const keys = useKeys(email);
  const [key, setKey] = useState(given);
  const [grace, setGrace] = useState('86400');
  const rotate = useChange(email, (seconds: number) => rotateKey(email, key, seconds));
  const end = useChange(email, () => endGrace(email, given), 'The former secrets have ended.');
  const former = key.secrets.slice(0, -1);
  const reload = async () => {
    const { data } = await keys.refetch();
    setKey(data?.keys.find(({ keyId }) => keyId === key.keyId) ?? key);
    rotate.reset();
  };
  return (
    <Dialog onClose={onClose} title={`Rotate ${given.name}`} size="lg">
      <Stack>
        {isConflict(rotate.error) ? <Conflict onReload={reload} /> : null}
        {!isConflict(rotate.error) && (rotate.error || end.error) ? (
          <Problem error={rotate.error ?? end.error} />
        ) : null}
        <Text size="sm">The key keeps its id, limits and history. Put the new secret in place while both work.</Text>
        <Select
          label="Grace of the old secret"
          description="For so long it works beside the new one."
          data={GRACES}
          value={grace}
          allowDeselect={false}
          onChange={(value) => setGrace(value ?? '86400')}
        />
        {former.length > 0 ? (
          <FormerSecrets
            secrets={former}
            isEnding={end.isPending}
            onEnd={() => end.mutate(undefined, { onSuccess: onClose })}
          />
        ) : null}
        <Group justify="end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button loading={rotate.isPending} onClick={() => rotate.mutate(Number(grace), { onSuccess: onMade })}>
            Rotate
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

function FormerSecrets({
  secrets,
  isEnding,
  onEnd,
}: {
  secrets: Key['secrets'];
  isEnding: boolean;
  onEnd: () => void;
}) {
  const now = Date.now();
  return (
    <Stack gap="xs" align="start">
      <Table withTableBorder>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Former secret</Table.Th>
            <Table.Th>Still used?</Table.Th>
            <Table.Th>Ends</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {secrets.map(({ hint, createdAt, lastUsedAt, expiresAt }) => (
            <Table.Tr key={createdAt}>
              <Table.Td ff="monospace">{hint}</Table.Td>
              <Table.Td>{lastUsedAt ? `last ${formatAgo(lastUsedAt, now)}` : 'not since the rotation'}</Table.Td>
              <Table.Td>{formatTimeOr(expiresAt, 'never')}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Button size="xs" variant="default" loading={isEnding} onClick={onEnd}>
        End them now
      </Button>
    </Stack>
  );
}
