import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { revokeKey, useChange } from '../../api/changes.ts';
import type { Key } from '../../api/queries.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Problem } from '../../parts/query-state.tsx';

/** Revokes a key for good, once its name is typed. */
export function RevokeKey({ email, given, onClose }: { email: string; given: Key; onClose: () => void }) {
  const [typed, setTyped] = useState('');
  const revoke = useChange(email, () => revokeKey(email, given), 'The key is revoked.');
  return (
    <Dialog onClose={onClose} title={`Revoke ${given.name}`}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          revoke.mutate(undefined, { onSuccess: onClose });
        }}
      >
        <Stack>
          {revoke.error ? <Problem error={revoke.error} /> : null}
          <Text size="sm">From the next call on it is refused, everywhere, and nothing brings it back.</Text>
          <TextInput
            label={`Type ${given.name} to confirm`}
            value={typed}
            autoComplete="off"
            data-autofocus
            onChange={({ currentTarget }) => setTyped(currentTarget.value)}
          />
          <Group justify="end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" color="red.8" loading={revoke.isPending} disabled={typed !== given.name}>
              Revoke
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
