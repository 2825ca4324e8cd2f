import { Button, Center, Paper, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { Problem } from '../parts/query-state.tsx';
import { useSession } from '../session/session-context.tsx';

/** What those see who are not signed in. */
export function SignInPage() {
  const { session } = useSession();
  const [error, setError] = useState<unknown>();
  const [isLeaving, setLeaving] = useState(false);
  const signIn = () => {
    setLeaving(true);
    session.signIn().catch((reason) => {
      setError(reason);
      setLeaving(false);
    });
  };
  return (
    <Center component="main" mih="100vh" p="md">
      <Paper withBorder p="xl" maw={420} w="100%">
        <Stack>
          <img src="/icon.svg" alt="" width={44} height={44} />
          <Title order={1} size="h2">
            Sensei Keys
          </Title>
          <Text c="dimmed">Make, rotate and revoke your API keys, and see what they are used for.</Text>
          {error ? <Problem error={error} /> : null}
          <Button size="md" onClick={signIn} loading={isLeaving}>
            Sign in
          </Button>
        </Stack>
      </Paper>
    </Center>
  );
}
