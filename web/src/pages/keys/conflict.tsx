import { Alert, Button, Stack, Text } from '@mantine/core';

/** Somebody else changed the key meanwhile: it can be read again, and what was typed or chosen is sent on top of it. */
export function Conflict({ onReload }: { onReload: () => Promise<void> }) {
  return (
    <Alert color="yellow" variant="light" role="alert" title="The key was changed meanwhile">
      <Stack gap="xs" align="start">
        <Text size="sm">Nothing of yours was saved. What you typed stays here.</Text>
        <Button size="xs" variant="default" onClick={() => void onReload()}>
          Read it again
        </Button>
      </Stack>
    </Alert>
  );
}
