import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import type { KeyWithSecret } from '../../api/queries.ts';
import { Copyable } from '../../parts/copyable.tsx';
import { Dialog } from '../../parts/dialog.tsx';

/** A secret, the only time that it is shown. */
export function SecretShown({
  made: { apiKey, name },
  isNew,
  onClose,
}: {
  made: KeyWithSecret;
  isNew: boolean;
  onClose: () => void;
}) {
  const curl = `curl -H 'X-API-Key: ${apiKey}' ${window.location.origin}/api/whoami`;
  return (
    <Dialog
      onClose={onClose}
      title={isNew ? `Key ${name} is made` : `Key ${name} has a new secret`}
      size="lg"
      closeOnEscape={false}
    >
      <Stack>
        <Alert color="yellow" variant="light">
          Copy it now: it is shown this once, and nobody can show it again.
        </Alert>
        <Copyable text={apiKey} label="secret" />
        <Text size="sm">A first call:</Text>
        <Copyable text={curl} label="curl command" />
        <Group justify="end">
          <Button onClick={onClose}>I have copied it</Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
